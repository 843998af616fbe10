/** Traffic that goes on while something else happens: traffic.py in a PC's namespace. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Namespaces } from './namespaces.ts';

const tally = z.object({ sent: z.int(), ok: z.int(), failed: z.array(z.string()), bytes: z.int() });
export type Tally = z.infer<typeof tally>;

export class Traffic {
  readonly #child: ChildProcess;
  readonly #output: Promise<string>;

  /** @param authority file with the certificate that `opened` trusts */
  constructor(
    namespaces: Namespaces,
    namespace: string,
    kind: 'forbidden' | 'allowed' | 'opened' | 'proxied' | 'direct',
    authority = '',
  ) {
    const script = path.join(import.meta.dirname, 'traffic.py');
    this.#child = namespaces.start(namespace, 'python3', [script, kind, authority], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new Error('no stdout');
    this.#output = text(this.#child.stdout);
  }

  /** @returns what it has counted. */
  async end(): Promise<Tally> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return tally.parse(JSON.parse(await this.#output));
  }
}
