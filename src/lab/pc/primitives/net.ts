/** The network card, and probing what the PC can reach. */
import { connect } from 'node:net';
import type { Args, Value } from '../../../core/host.ts';
import { Refusal } from '../fault.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

type Probe = Args<'net.probe'>;
type Answer = Value<'net.probe'>;

const answer = (answered: boolean, detail: string, more: Partial<Answer> = {}): Answer => ({
  answered,
  detail,
  status: null,
  addresses: [],
  ...more,
});

const probes: Readonly<Record<Probe['kind'], (pc: Pc, probe: Probe) => Answer | Promise<Answer>>> = {
  arp: (pc, { target }) => {
    const { lan, address, mac } = pc.nic;
    if (address === null) return answer(false, 'no address');
    if (!lan.contains(address) || !lan.contains(target)) return answer(false, `${target} is not a neighbour`);
    const holder = lan.holder(target, mac);
    return holder || lan.answersArp(target) ? answer(true, holder?.mac ?? 'router') : answer(false, 'no answer');
  },
  dns: (pc, { target, server }) => {
    const { lan, live } = pc.nic;
    const asked = server ?? live.dns[0];
    if (asked === undefined) return answer(false, 'no name server');
    const addresses = lan.routes(live, asked) ? lan.resolve(target, asked) : undefined;
    if (!addresses) return answer(false, `${asked} does not answer`);
    return answer(true, addresses.length > 0 ? 'resolved' : 'no such name', { addresses });
  },
  http: async (pc, { target, timeoutMs }) => {
    try {
      const { status, body } = await pc.fetch(target, { signal: AbortSignal.timeout(timeoutMs) });
      // Read to the end, so that the connection closes.
      for await (const chunk of body) if (chunk.length === 0) break;
      return answer(true, `HTTP ${status}`, { status });
    } catch (error) {
      return answer(false, error instanceof Error ? error.message : 'no answer');
    }
  },
  tcp: (pc, { target, timeoutMs }) => {
    const [host = '', port = ''] = target.split(':');
    const { lan, live } = pc.nic;
    if (!lan.routes(live, host)) return answer(false, `no route to ${host}`);
    return new Promise((resolve) => {
      const socket = connect({ host: lan.dial(host), port: Number(port), timeout: timeoutMs });
      const end = (result: Answer): void => {
        socket.destroy();
        resolve(result);
      };
      socket.on('connect', () => end(answer(true, 'connected')));
      socket.on('timeout', () => end(answer(false, 'no answer')));
      socket.on('error', (error) => end(answer(false, error.message)));
    });
  },
};

export const netPrimitives: Handlers<'net.read' | 'net.write' | 'net.probe'> = {
  'net.read': (pc) => ({ adapters: pc.adapters() }),
  'net.write': async (pc, { mac, config }) => {
    if (mac.toLowerCase() !== pc.nic.mac) throw new Refusal('not-found', `there is no adapter with MAC ${mac}`);
    await pc.configure(config);
    return {};
  },
  'net.probe': async (pc, probe) => {
    if (!Object.hasOwn(probes, probe.kind)) throw new Refusal('bad-request', `unknown probe ${probe.kind}`);
    const result = pc.nic.reachable ? await probes[probe.kind](pc, probe) : answer(false, 'the cable is unplugged');
    if (result.answered || !probe.mustAnswer) return result;
    throw new Refusal('no-answer', `${probe.target}: ${result.detail}`, { target: probe.target });
  },
};
