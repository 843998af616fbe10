/** `Range: bytes=…` (RFC 9110, 14.2). */

export interface ByteRange {
  /** First and last byte, from 0, both included. */
  readonly start: number;
  readonly end: number;
}

/**
 * @returns undefined where the whole file is to be sent: no header, another unit, a header that makes no sense, or several ranges, which a
 *   server may refuse to put together
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  // bytes=-500: the last 500.
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}
