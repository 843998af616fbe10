/** Makes one machine as one module wants it: look, plan, act, look again, until nothing is left to do or nothing more can be done. */
import { ConvergeError, HostError } from './errors.ts';
import { isOk, type Finding } from './finding.ts';
import type { Host } from './host.ts';
import type { Module } from './module.ts';

export interface Converged<Actual> {
  readonly actual: Actual;
  readonly findings: readonly Finding[];
  /** How often `apply` ran: 0 means that the machine was only looked at. */
  readonly passes: number;
  readonly restarts: number;
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
  for (;;) {
    try {
      const actual = await module.read(host, desired);
      const findings = module.plan(desired, actual);
      const open = findings.filter((finding) => !isOk(finding));
      if (open.length === 0) return { actual, findings, passes, restarts };

      const now = JSON.stringify([open, restarts]);
      const stuck = now === before || passes === maxPasses;
      if (stuck || !open.some((finding) => finding.verdict === 'drifted')) {
        throw new ConvergeError(host.name, module.name, open);
      }
      before = now;
      passes += 1;
      const applied = await module.apply(host, desired, actual, findings);
      if (applied.restartRequired) {
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
