/** Makes one machine as one module wants it: look, plan, act, look again, until nothing is left to do or nothing more can be done. */
import { ConvergeError, HostError } from './errors.ts';
import { isOk, type Finding } from './finding.ts';
import type { Host } from './host.ts';
import type { Applied, Module } from './module.ts';
import { restartPending, wantedRestart } from './restart.ts';

export interface Converged<Actual> {
  readonly actual: Actual;
  readonly findings: readonly Finding[];
  /** How often `apply` ran: 0 means that the machine was only looked at. */
  readonly passes: number;
  readonly restarts: number;
  /** Left for after the restart that the machine waits for (`Module.mayWait`); empty: all is as required. */
  readonly undone: readonly Finding[];
}

/** Opening a restore card and proving it takes four passes; one more for a machine that changes under us. */
const maxPasses = 6;
/** A cable that is pulled and put back is survived; a machine that drops every session is given up. */
const maxLosses = 3;

/**
 * A session that dies in the middle is no reason to give up and none to repeat blindly: the machine is looked at again, and only what is
 * still missing is done.
 *
 * @throws ConvergeError naming every property that stays wrong; HostError when the machine cannot be reached.
 */
export async function converge<Desired, Actual>(
  module: Module<Desired, Actual>,
  host: Host,
  desired: Desired,
): Promise<Converged<Actual>> {
  let restarts = 0;
  let losses = 0;
  let passes = 0;
  let before = '';
  let refused: ConvergeError | undefined;
  for (;;) {
    try {
      const actual = await module.read(host, desired);
      const findings = module.plan(desired, actual);
      const open = findings.filter((finding) => !isOk(finding));
      const seen = { actual, findings, passes, restarts };
      if (open.length === 0) return { ...seen, undone: [] };

      const now = JSON.stringify([open, restarts]);
      const stuck =
        refused !== undefined ||
        now === before ||
        passes === maxPasses ||
        !open.some((one) => one.verdict === 'drifted');
      if ((stuck || passes > 0) && (await mayWait(module, host, stuck))) return { ...seen, undone: open };
      if (stuck) throw refused ?? new ConvergeError(host.name, module.name, open);
      before = now;
      passes += 1;
      const applied = await module.apply(host, desired, actual, findings).catch(unlessRefused);
      if (applied instanceof ConvergeError) refused = applied;
      else if (applied.restartRequired) {
        await host.restart();
        restarts += 1;
      }
    } catch (error) {
      if (!(error instanceof HostError && error.code === 'session-lost') || losses === maxLosses) throw error;
      losses += 1;
      before = '';
    }
  }
}

/** What `apply` says of the machine is an answer; whether a restart is all that is missing is asked before it counts. */
function unlessRefused(error: unknown): ConvergeError | Applied {
  if (error instanceof ConvergeError) return error;
  throw error;
}

/** Before the restart that its own installer has asked for, the machine cannot show more; for another's it is worth waiting before giving up. */
async function mayWait(
  module: Pick<Module<never, never>, 'name' | 'mayWait'>,
  host: Host,
  stuck: boolean,
): Promise<boolean> {
  if (module.mayWait !== true) return false;
  if (stuck) return restartPending(host);
  return (await wantedRestart(host)).by[module.name] !== undefined;
}
