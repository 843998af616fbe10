/** Lines out of a byte stream: TCP cuts where it likes, and a chunk may hold half a line or five. */

/** A line longer than this is no answer of ours (file.read gives at most 1 MiB a call) and must not fill the controller's memory. */
export const maxLineBytes = 64 * 1024 * 1024;

export class LineSplitter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  /** @returns the lines that this chunk completes, without their ends. @throws RangeError when a line gets too long. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#parts.push(chunk.subarray(start, end));
      lines.push(trimCr(Buffer.concat(this.#parts)));
      this.#parts.length = this.#length = 0;
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length > maxLineBytes) throw new RangeError(`line of more than ${maxLineBytes} bytes`);
  }
}

const trimCr = (line: Buffer): Buffer => (line.at(-1) === 13 ? line.subarray(0, -1) : line);

const gbk = new TextDecoder('gbk');
/** For diagnosis only: what a shell says is UTF-8, or code page 936 on a Chinese Windows. */
export function readable(line: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return gbk.decode(line);
  }
}
