/** Looks for secrets in bytes, also in the disguises in which text travels here: JSON, base64 (of UTF-8 and of UTF-16, as PowerShell takes it), URLs, hex. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Secret {
  readonly name: string;
  readonly value: string;
}
export interface Leak {
  /** File, process or output that it was found in. */
  readonly where: string;
  readonly secret: string;
  readonly form: string;
}

type Forms = ReadonlyMap<string, Buffer>;

export class SecretSearch {
  readonly #forms: readonly { secret: Secret; forms: Forms }[];

  constructor(secrets: readonly Secret[]) {
    this.#forms = secrets.map((secret) => ({ secret, forms: formsOf(secret.value) }));
  }

  /** @param where how to name the place */
  in(where: string, content: Buffer | string): Leak[] {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return this.#forms.flatMap(({ secret, forms }) =>
      [...forms].flatMap(([form, needle]) => (bytes.includes(needle) ? [{ where, secret: secret.name, form }] : [])),
    );
  }

  /** Every file below a folder, and every file's name. @param allowed paths below the folder that may hold secrets */
  async below(folder: string, allowed: readonly string[]): Promise<{ leaks: Leak[]; files: number }> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !allowed.some((one) => `${file}/`.startsWith(`${path.join(folder, one)}/`)));
    const leaks = await Promise.all(files.map(async (file) => this.in(file, await readFile(file))));
    return {
      leaks: [...files.flatMap((file) => this.in(`name of ${file}`, file)), ...leaks.flat()],
      files: files.length,
    };
  }
}

function formsOf(value: string): Forms {
  const utf16 = Buffer.from(value, 'utf16le');
  return new Map<string, Buffer>([
    ['plain', Buffer.from(value)],
    ['UTF-16', utf16],
    ['JSON', Buffer.from(JSON.stringify(value).slice(1, -1))],
    ['JSON in JSON', Buffer.from(JSON.stringify(JSON.stringify(value)).slice(3, -3))],
    ['URL', Buffer.from(encodeURIComponent(value))],
    ['hex', Buffer.from(Buffer.from(value).toString('hex'))],
    ...inBase64('base64', Buffer.from(value)),
    ...inBase64('base64 of JSON', Buffer.from(JSON.stringify(value).slice(1, -1))),
    ...inBase64('base64 of UTF-16', utf16),
  ]);
}

/** What a text comes to depends on where it begins among the three bytes that base64 takes at a time; the ends depend on the neighbours. */
function inBase64(form: string, value: Buffer): [string, Buffer][] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), value, Buffer.alloc((3 - ((shift + value.length) % 3)) % 3)]);
    const text = encoded.toString('base64');
    return [`${form} +${shift}`, Buffer.from(text.slice(shift === 0 ? 0 : 4, -4))];
  });
}
