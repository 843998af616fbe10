/** The contract of a managed thing. One folder in modules/ implements it once; provider, check and report only know this. */
import type { z } from 'zod';
import type { DepotView, Host } from './host.ts';
import type { Finding } from './finding.ts';
import type { Seen, Work } from './work.ts';

/** A restart is asked for, never done, by a module: the caller does it, and proves it by the boot time having changed (`Host.restart`). */
export interface Applied {
  /**
   * The module cannot go on without a restart now. What an installer asks for is not that: it is noted (`src/core/restart.ts`) and done once,
   * when all modules of the PC have had their turn.
   */
  readonly restartRequired: boolean;
  /** Of `undo`: after the restart it has to be called again. */
  readonly again?: true;
}

export interface Module<Desired, Actual> {
  /** Folder name, and the last part of a resource's logical name: `static-ip`. */
  readonly name: string;
  /** Pulumi type token: `examsite:pc:StaticIp`. */
  readonly token: string;
  /** Handbook ids that `plan` can give findings for, level-dependent ones as `L*.chrome`. */
  readonly requirements: readonly string[];
  /** Strict schema of what the program asks for; every property has `.meta({ description, unit? })`. */
  readonly desired: z.ZodType<Desired>;
  /** Strict schema of what `read` returns. Everything in it is stable between two reads of an unchanged machine. */
  readonly actual: z.ZodType<Actual>;
  /**
   * What it could not make right is left undone, and is no failure, while the PC waits for a restart that may be all that is missing; it gets
   * its turn again afterwards.
   */
  readonly mayWait?: true;
  /** What it looks at is changed by the modules before it, so it is looked at again after them, whatever its own inputs say. */
  readonly follows?: true;
  /** Looks, changes nothing, in one round trip. Throws only HostError (unreachable, agent broken). */
  read(host: Host, desired: Desired): Promise<Actual>;
  /** Pure. One finding per property that the handbook or the program demands, `ok` ones included, in a fixed order. */
  plan(desired: Desired, actual: Actual): Finding[];
  /** Does only what the findings that are not `ok` say. Saves on the machine first what it replaces. Safe to run again. */
  apply(host: Host, desired: Desired, actual: Actual, findings: readonly Finding[]): Promise<Applied>;
  /** Puts back what `apply` saved; nothing saved, nothing done. Safe to run again. */
  undo(host: Host, desired: Desired): Promise<Applied>;
  /**
   * Pure. What `apply` would fetch, install and restart, in its order; absent: nothing worth counting.
   *
   * @param seen null: a PC that has nothing of it
   * @throws UserError where the depot's lock lacks something
   */
  work?(desired: Desired, seen: Seen<Actual> | null, depot: DepotView): readonly Work[];
}

/**
 * A module whose types the caller does not know: provider, check and report. TypeScript compares methods bivariantly, so every module is
 * one; in return the caller owes each `desired` a parse by the module's own schema, and each `actual` comes from the module's own `read`.
 */
export type AnyModule = Module<unknown, unknown>;
