/** Values in commands for OpenWrt: one function for its shell, one for a line of `uci batch`, and none goes in without. */

/**
 * One word for a POSIX shell, whatever is in it (POSIX.1, Shell Command Language, 2.2.2): within single quotes nothing means anything but the
 * quote itself.
 *
 * @throws Error for NUL, which no word can hold
 */
export function word(value: string): string {
  if (value.includes('\0')) throw new Error('a word of a command cannot hold NUL');
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A command of words. */
export const command = (...words: readonly string[]): string =>
  words.map((one) => (/^[A-Za-z0-9_./=:@-]+$/.test(one) ? one : word(one))).join(' ');

/** A value in a line of `uci batch`, which reads words as a shell does ("The UCI system", batch); a line has no line breaks in it. */
export function uciValue(value: string): string {
  if (/[\r\n]/.test(value)) throw new Error('a line for uci cannot hold a line break');
  return word(value);
}
