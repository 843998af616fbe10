/** P15: only whitelisted addresses can be reached from this PC, and they can. Looks only: what is wrong is put right at the router. */
import type { Host } from '../../src/core/host.ts';
import type { Module } from '../../src/core/module.ts';
import { observe } from '../observe.ts';
import { plan } from './plan.ts';
import { probesOf } from './probes.ts';
import { actual, desired, type Actual, type Desired } from './schema.ts';

/** All conversations at once, one round trip. */
async function read(host: Host, wanted: Desired): Promise<Actual> {
  const probes = await probesOf(wanted);
  const { value, why } = await observe(
    host.call('net.exchange', { exchanges: probes.map(({ exchange }) => exchange) }),
  );
  const results = probes.flatMap(({ id }, index) => {
    const result = value?.results[index];
    return result === undefined ? [] : [[id, result] as const];
  });
  return { results: Object.fromEntries(results), unobserved: why };
}

const nothingToDo = () => Promise.resolve({ restartRequired: false });

export const whitelistProbe: Module<Desired, Actual> = {
  name: 'whitelist-probe',
  token: 'examsite:pc:WhitelistProbe',
  requirements: ['P15'],
  desired,
  actual,
  read,
  plan,
  apply: nothingToDo,
  undo: nothingToDo,
};
