/** WMI, the Linux facts that a Windows PC does not have, and the restart. */
import { invoke, query } from '../cim.ts';
import { Refusal } from '../fault.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

/** Long enough for the answer to leave before the session goes, also where latency is off. */
const leastDelayMs = 50;

function restartSoon(pc: Pc, delaySec: number): void {
  const delay = Math.max(leastDelayMs, delaySec * 1000 * pc.latency.factor);
  const bootTime = pc.bootTime;
  setTimeout(() => {
    // Somebody else was faster: `shutdown` does not restart a machine twice.
    if (pc.bootTime === bootTime) void pc.restart();
  }, delay);
}

export const systemPrimitives: Handlers<
  'cim.query' | 'cim.invoke' | 'linux.facts' | 'secret.write' | 'console.run' | 'restart'
> = {
  'cim.query': async (pc, args) => ({ rows: await query(pc, args) }),
  'cim.invoke': (pc, args) => ({ returnValues: invoke(pc, args) }),
  'linux.facts': () => {
    throw new Refusal('unsupported', 'linux.facts on Windows');
  },
  'secret.write': () => {
    throw new Refusal('unsupported', 'secret.write on Windows');
  },
  'console.run': () => {
    throw new Refusal('unsupported', 'console.run on Windows');
  },
  restart: (pc, { delaySec }) => {
    restartSoon(pc, delaySec);
    return {};
  },
};
