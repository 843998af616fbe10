/** Conversations of a PC with its own services, and with what the simulated LAN leads to: there they are real sockets. */
import { connect } from 'node:net';
import type { Exchange, ExchangeResult } from '../../../core/exchange.ts';
import type { Listener } from '../listeners.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

const longest = 65_536;

function result(
  outcome: ExchangeResult['outcome'],
  detail: string,
  resolved: string | null,
  received?: Buffer,
): ExchangeResult {
  return { outcome, received: (received ?? Buffer.alloc(0)).toString('base64'), resolved, detail };
}

const isIpv6 = (text: string): boolean => text.includes(':');
const isAddress = (text: string): boolean => /^\d+(?:\.\d+){3}$/.test(text) || isIpv6(text);

async function exchange(pc: Pc, asked: Exchange): Promise<ExchangeResult> {
  const to = resolve(pc, asked.address);
  if (to === undefined) return result('unreachable', `no such name: ${asked.address}`, null);
  if (to.startsWith('127.') || to === pc.nic.address) return locally(pc, asked, to);
  if (!pc.nic.reachable) return result('unreachable', 'the cable is unplugged', to);
  if (!pc.nic.lan.routes(pc.nic.live, to)) return result('unreachable', `no route to ${to}`, to);
  if (isIpv6(to)) return result('unreachable', 'no address of that family', to);
  const { lan } = pc.nic;
  if (lan.router.way.way !== 'nowhere' && (lan.router.has(to) || !lan.contains(to))) {
    const { outcome, detail, received } = await lan.router.exchange(asked, to);
    return result(outcome, detail, to, received);
  }
  // Among themselves the PCs know no datagrams.
  return asked.protocol === 'tcp' ? overTheWire(pc, asked, to) : result('silent', 'no answer', to);
}

function resolve(pc: Pc, address: string): string | undefined {
  if (isAddress(address)) return address;
  const { lan, live } = pc.nic;
  const [server] = live.dns;
  if (server === undefined || !pc.nic.reachable || !lan.routes(live, server)) return undefined;
  return lan.resolve(address, server)?.[0];
}

/** A service that is bound to 127.0.0.1 is refused at the PC's own address, as everywhere. */
function locally(pc: Pc, { protocol, port, send, receiveBytes }: Exchange, to: string): ExchangeResult {
  const listener = protocol === 'tcp' ? pc.listeners().find((one) => one.port === port && hears(one, to)) : undefined;
  if (listener === undefined) return result('refused', 'connection refused', to);
  const received = [listener.greeting, said(listener, Buffer.from(send, 'base64'))].filter(
    (part) => part !== undefined,
  );
  const bytes = Buffer.concat(received).subarray(0, Math.min(receiveBytes, longest));
  return result(bytes.length > 0 ? 'answered' : 'connected', '', to, bytes);
}

const hears = ({ bind }: Listener, to: string): boolean =>
  bind === '0.0.0.0' || bind === to || (bind === '127.0.0.1' && to.startsWith('127.'));
const said = ({ respond }: Listener, send: Buffer): Buffer | undefined =>
  send.length > 0 ? respond?.(send) : undefined;

function overTheWire(pc: Pc, { port, send, receiveBytes, timeoutMs }: Exchange, to: string): Promise<ExchangeResult> {
  return new Promise((done) => {
    const socket = connect({ host: pc.nic.lan.dial(to), port });
    const received: Buffer[] = [];
    let connected = false;
    const end = (detail: string, outcome: ExchangeResult['outcome'] = connected ? 'connected' : 'silent'): void => {
      clearTimeout(timer);
      socket.destroy();
      const bytes = Buffer.concat(received).subarray(0, Math.min(receiveBytes, longest));
      done(result(bytes.length > 0 ? 'answered' : outcome, detail, to, bytes));
    };
    const timer = setTimeout(() => end('no more in time'), timeoutMs);
    socket.on('connect', () => {
      connected = true;
      if (receiveBytes === 0) end('');
      else if (send !== '') socket.write(Buffer.from(send, 'base64'));
    });
    socket.on('data', (block) => {
      received.push(block);
      if (received.reduce((sum, one) => sum + one.length, 0) >= receiveBytes) end('');
    });
    socket.on('close', () => end('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (connected) end('reset');
      else end(error.message, error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable');
    });
  });
}

/** The simulated LAN has echo as it has ARP: whoever is there answers. */
function ping(pc: Pc, address: string): { answered: boolean; detail: string } {
  if (address.startsWith('127.') || address === pc.nic.address) return { answered: true, detail: 'Success' };
  const { lan, live } = pc.nic;
  const answered = pc.nic.reachable && lan.routes(live, address) && lan.contains(address) && lan.answersArp(address);
  return { answered, detail: answered ? 'Success' : 'TimedOut' };
}

export const exchangePrimitives: Handlers<'net.exchange' | 'net.ping'> = {
  'net.exchange': async (pc, { exchanges }) => ({
    results: await Promise.all(exchanges.map((one) => exchange(pc, one))),
  }),
  'net.ping': (pc, { addresses }) => ({ results: addresses.map((address) => ping(pc, address)) }),
};
