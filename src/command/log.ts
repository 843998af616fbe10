/** What commands print, shown beside their resource while they run. */
import * as log from '@pulumi/pulumi/log/index.js';
import { DependencyResource } from '@pulumi/pulumi/resource.js';
import { resetOptions } from '@pulumi/pulumi/runtime/settings.js';
import { LineSplitter, readable } from '../hosts/lines.ts';

/** Lines of one command's outputs, by resource. */
export interface Log {
  /** A line that the next one replaces. */
  status(urn: string, line: string): Promise<void>;
  warn(urn: string, message: string): Promise<void>;
}

/** @param engine its address, the one argument that the engine starts a plugin with. */
export function engineLog(engine: string | undefined): Log {
  // Not a call of the engine knows project or stack: only its address is needed to log.
  if (engine !== undefined) resetOptions('', '', -1, engine, '', false, '');
  return {
    status: (urn, line) => log.info(line, resourceOf(urn), undefined, true),
    warn: (urn, message) => log.warn(message, resourceOf(urn)),
  };
}

const resourceOf = (urn: string): DependencyResource | undefined =>
  urn === '' ? undefined : new DependencyResource(urn);

/** Cuts one stream of a command into lines and shows them. */
export class Shown {
  readonly #lines = new LineSplitter();
  readonly #show: (line: string) => Promise<void>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(show: (line: string) => Promise<void>) {
    this.#show = show;
  }

  readonly push = (chunk: Buffer): void => {
    for (const line of this.#lines.push(chunk)) this.#last = this.#show(readable(line));
  };

  /** Shows a last line that has no end, and waits until all are out. */
  async end(): Promise<void> {
    const [rest] = this.#lines.push(Buffer.from('\n'));
    if (rest !== undefined && rest.length > 0) await this.#show(readable(rest));
    await this.#last;
  }
}
