/** Characters of a script, one after the other: strings, words and blanks ("Scripting": line joining, escape sequences). */
import { ParseError } from './values.ts';

const named: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t', _: ' ', a: '\u0007', b: '\b', f: '\f', v: '\v' },
  ...{ '"': '"', '\\': '\\', $: '$', '?': '?' },
};

export class Reader {
  readonly source: string;
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  get next(): string {
    return this.source.charAt(this.at);
  }

  /** The console's own words, with the place of a character. */
  fault(what: string, at = this.at): ParseError {
    const before = this.source.slice(0, at).split('\n');
    return new ParseError(`${what} (line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1})`);
  }

  /** Blanks, comments and joined lines; with `lines`, ends of lines and of commands as well. */
  skip(lines = false): void {
    for (;;) {
      const rest = this.source.slice(this.at, this.at + 3);
      const joined = /^\\\r?\n/.exec(rest)?.[0];
      if (joined !== undefined) this.at += joined.length;
      else if (/^[ \t]/.test(rest) || (lines && /^[\r\n;]/.test(rest))) this.at += 1;
      else if (rest.startsWith('#') && this.#startsLine()) this.at = this.#lineEnd();
      else return;
    }
  }

  #startsLine(): boolean {
    return /(^|[\n;{])[ \t]*$/.test(this.source.slice(0, this.at));
  }

  #lineEnd(): number {
    const end = this.source.indexOf('\n', this.at);
    return end === -1 ? this.source.length : end;
  }

  eat(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.eat(text)) throw this.fault(this.next === '' ? 'syntax error' : 'syntax error');
  }

  match(pattern: RegExp): string | undefined {
    const found = new RegExp(pattern.source, 'y');
    found.lastIndex = this.at;
    const word = found.exec(this.source)?.[0];
    if (word !== undefined) this.at += word.length;
    return word;
  }

  /**
   * What stands in quotes. @param inside called behind `$`, with what is read so far; it reads on from there.
   */
  string(inside: () => void, plain: (text: string) => void): void {
    const start = this.at;
    this.expect('"');
    let bytes: Buffer[] = [];
    const flush = (): void => {
      if (bytes.length > 0) plain(Buffer.concat(bytes).toString('utf8'));
      bytes = [];
    };
    while (!this.eat('"')) {
      if (this.next === '') throw this.fault('syntax error', start);
      if (this.eat('$')) {
        flush();
        inside();
      } else bytes.push(this.next === '\\' ? this.#escape() : this.#character());
    }
    flush();
  }

  #character(): Buffer {
    const [character = ''] = this.source.slice(this.at);
    const whole = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.at += whole.length || character.length;
    return Buffer.from(whole, 'utf8');
  }

  #escape(): Buffer {
    const [all, hex, letter, joined] =
      /^\\(?:([0-9A-F]{2})|([nrt_abfv"\\$?])|(\r?\n[ \t]*))/.exec(this.source.slice(this.at, this.at + 400)) ?? [];
    if (all === undefined) throw this.fault('syntax error');
    this.at += all.length;
    if (hex !== undefined) return Buffer.from(hex, 'hex');
    return joined === undefined ? Buffer.from(named[letter ?? ''] ?? '') : Buffer.alloc(0);
  }
}
