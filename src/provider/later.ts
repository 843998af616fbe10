/**
 * What one run of the engine leaves for later on each PC: work that waits for its restart, and the restart itself, which is one for all modules
 * of the PC. It is remembered for the run only. After a kill nothing of it is needed: what was left undone is seen as such by the next refresh.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { converge } from '../core/converge.ts';
import { ConvergeError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Host } from '../core/host.ts';
import type { AnyModule } from '../core/module.ts';
import { wantedRestart } from '../core/restart.ts';

interface Undone {
  readonly module: AnyModule;
  readonly desired: unknown;
  readonly findings: readonly Finding[];
}

/** The module that follows all others of a PC, and what is asked of it. */
interface Last {
  readonly module: AnyModule;
  readonly desired: unknown;
}

/** After its restart a module may install something that asks for the next one; more often it is a circle. */
const maxRounds = 3;

export class Later {
  /** PCs that a module has changed in this run. */
  readonly #changed = new Set<string>();
  readonly #undone = new Map<string, Undone[]>();
  /** PCs on which this run takes everything back. */
  readonly #handedBack = new Set<string>();
  /** PCs whose last module has had its turn. */
  readonly #settled = new Map<string, Last>();
  /** Work on each PC that is under way: modules that nothing depends on run beside the others. */
  readonly #running = new Map<string, Set<Promise<unknown>>>();
  /** The last module of a PC has one turn at a time. */
  readonly #turns = new Map<string, LimitFunction>();

  /**
   * A module that nothing depends on may be done after the last one: then that has its turn again where it is needed.
   *
   * @returns what was seen in the end. @throws ConvergeError, HostError
   */
  async converge(module: AnyModule, host: Host, desired: unknown): Promise<unknown> {
    if (module.follows !== true) {
      return this.#noting(host.name, this.#once(module, host, desired)).finally(() => this.#again(host));
    }
    return this.#turn(host.name, async () => {
      await this.#others(host.name);
      this.#settled.set(host.name, { module, desired });
      return this.#complete(module, host, desired, await this.#once(module, host, desired));
    });
  }

  async #noting<T>(name: string, work: Promise<T>): Promise<T> {
    const running = this.#running.get(name) ?? new Set();
    this.#running.set(name, running.add(work));
    return work.finally(() => running.delete(work));
  }

  async #others(name: string): Promise<void> {
    await Promise.allSettled([...(this.#running.get(name) ?? [])]);
  }

  #turn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.get(name) ?? pLimit(1);
    this.#turns.set(name, turn);
    return turn(work);
  }

  async #again(host: Host): Promise<void> {
    if (!this.#settled.has(host.name)) return;
    await this.#turn(host.name, async () => {
      const last = this.#settled.get(host.name);
      if (last === undefined || !(await this.isDue(last.module, () => host, host.name, last.desired))) return;
      await this.#complete(last.module, host, last.desired, await this.#once(last.module, host, last.desired));
    });
  }

  /** Whether it has to be looked at although its own inputs say nothing: the modules before it have changed the PC in this run. */
  async isDue(module: AnyModule, host: () => Host, name: string, desired: unknown): Promise<boolean> {
    if (module.follows !== true) return false;
    await this.#others(name);
    if (!this.#changed.has(name)) return false;
    if ((this.#undone.get(name) ?? []).length > 0) return true;
    const actual = await module.read(host(), desired).catch(() => undefined);
    return actual === undefined || module.plan(desired, actual).some(({ verdict }) => verdict !== 'ok');
  }

  /** Where a single module goes while the rest of the PC stays, nobody comes after it who would restart; where all go, the first of them does. */
  async undo(module: AnyModule, host: Host, desired: unknown): Promise<void> {
    if (module.follows === true) this.#handedBack.add(host.name);
    for (let round = 0; ; round++) {
      const applied = await module.undo(host, desired);
      if (applied.restartRequired) await host.restart();
      if (applied.again !== true) break;
      if (round === maxRounds) throw endless(host, module);
    }
    const asked = !this.#handedBack.has(host.name) && (await wantedRestart(host)).by[module.name] !== undefined;
    if (asked) await host.restart();
  }

  async #once(module: AnyModule, host: Host, desired: unknown): Promise<unknown> {
    const { actual, passes, undone } = await converge(module, host, desired).catch((error: unknown) => {
      // What it could do it has done.
      if (error instanceof ConvergeError) this.#changed.add(host.name);
      throw error;
    });
    if (passes > 0 || undone.length > 0) this.#changed.add(host.name);
    if (undone.length > 0) {
      this.#undone.set(host.name, [...(this.#undone.get(host.name) ?? []), { module, desired, findings: undone }]);
    }
    return actual;
  }

  /** The PC has been restarted: each has its turn again, in their order, and what they ask for anew is done in one restart again. */
  async #complete(last: AnyModule, host: Host, desired: unknown, first: unknown): Promise<unknown> {
    let actual = first;
    for (let round = 0; ; round++) {
      const open = this.#undone.get(host.name) ?? [];
      this.#undone.delete(host.name);
      const [one] = open;
      if (one === undefined) return actual;
      if (round === maxRounds) throw new ConvergeError(host.name, one.module.name, one.findings);
      for (const { module, desired: wanted } of open) await this.#once(module, host, wanted);
      actual = await this.#once(last, host, desired);
    }
  }
}

function endless(host: Host, { name }: AnyModule): ConvergeError {
  const sentence = {
    zh: `撤销应在重启后完成，实为重启 ${maxRounds} 次后仍要求重启；请在该机查看哪些程序占用文件`,
    en: `it was to be taken back after a restart, and still asks for one after ${maxRounds}; see on the PC which program holds its files`,
  };
  const finding = {
    requirement: name,
    property: 'undo',
    expected: null,
    actual: null,
    verdict: 'failed',
    sentence,
  } as const;
  return new ConvergeError(host.name, name, [finding]);
}
