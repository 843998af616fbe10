/**
 * Text of a file that some Chinese office program wrote: Excel writes CSV in GBK, "CSV UTF-8" with a BOM, and "Unicode text" in UTF-16.
 *
 * @returns undefined for bytes that are none of these
 */
export function decodeText(bytes: Buffer): string | undefined {
  const byMark = { fffe: 'utf-16le', feff: 'utf-16be' }[bytes.subarray(0, 2).toString('hex')];
  // GBK text is hardly ever valid UTF-8, while nearly everything is valid GBK: so UTF-8 is tried first.
  for (const encoding of byMark ? [byMark] : ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\0')) return text;
    } catch {
      // Not this encoding; the next one may do.
    }
  }
  return undefined;
}
