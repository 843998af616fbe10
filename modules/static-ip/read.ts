/** The adapter, whether its gateway is there, and whether a change of an earlier run is still open: one round trip. */
import type { Host } from '../../src/core/host.ts';
import { observe } from '../observe.ts';
import type { Actual, Desired } from './schema.ts';
import { isOpen, jobId } from './transaction.ts';

/** A gateway answers ARP within milliseconds; one that sleeps gets a second chance from the agent. */
const arpTimeoutMs = 2000;

export async function read(host: Host, desired: Desired): Promise<Actual> {
  const [network, gateway, job] = await Promise.all([
    observe(host.call('net.read', {})),
    observe(host.call('net.probe', { kind: 'arp', target: desired.gateway, timeoutMs: arpTimeoutMs })),
    observe(host.call('job.status', { id: jobId })),
  ]);
  const adapter = network.value?.adapters.find((one) => one.mac === desired.mac);
  return {
    adapter: adapter === undefined ? null : { persistent: adapter.persistent, live: adapter.live },
    gatewayAnswers: gateway.value?.answered ?? null,
    unconfirmed: job.value === null ? null : isOpen(job.value),
    unobserved: {
      ...(network.why === null ? {} : { adapter: network.why }),
      ...(gateway.why === null ? {} : { gatewayAnswers: gateway.why }),
      ...(job.why === null ? {} : { confirmed: job.why }),
    },
  };
}
