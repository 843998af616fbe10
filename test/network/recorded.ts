/** A device without an agent, with every line that is asked of it written down: for golden files. */
import { z } from 'zod';
import type { Args, DepotView, Host, Notes, PrimitiveName, Value } from '../../src/core/host.ts';
import type { Hello } from '../../src/core/primitives.ts';

const line = z.object({ command: z.string(), stdin: z.string().optional(), readOnly: z.literal(true).optional() });

export class RecordedHost implements Host {
  readonly #host: Host;
  readonly calls: z.infer<typeof line>[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  get name(): string {
    return this.#host.name;
  }
  get depot(): DepotView {
    return this.#host.depot;
  }
  get notes(): Notes {
    return this.#host.notes;
  }
  hello(): Promise<Hello> {
    return this.#host.hello();
  }
  call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    if (name === 'console.run') this.calls.push(line.parse(args));
    return this.#host.call(name, args);
  }
  restart(): Promise<void> {
    return this.#host.restart();
  }
  untilBack(since?: string): Promise<void> {
    return this.#host.untilBack(since);
  }
  relocate(address: string): Promise<void> {
    return this.#host.relocate(address);
  }

  /**
   * What was asked since the last time: lines that change something have a `!`; a question that was repeated stands once. Of files only the length,
   * and of the script that only looks nothing, since both are files of their own.
   */
  stream(): string {
    const lines = this.calls.splice(0).map(({ command, stdin = '', readOnly }) => {
      const input = readOnly === true ? '' : shortened(stdin).replaceAll(/^(?=.)/gm, '  < ');
      return `${readOnly === true ? '?' : '!'} ${command}\n${input}`;
    });
    return lines.filter((line, at) => line !== lines[at - 1]).join('');
  }
}

const shortened = (script: string): string =>
  script.replaceAll(
    /'(end-[0-9a-f]{64})'\n([^]*?)^\1$/gm,
    (_, _end, text: string) => `… ${text.split('\n').length - 1} lines`,
  );
