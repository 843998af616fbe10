// Does not prove how any real router behaves: it is the machine that the simulated PCs look at, and only the beginning of each conversation.
import dns from 'dns-packet';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../core/exchange.ts';
import { Lan } from '../lan.ts';
import { simulatedPc } from '../testing.ts';
import { helloOf } from './testing.ts';
import type { Way } from './router.ts';

const gateway = '10.30.1.1';
const whitelist: Way = {
  way: 'whitelist',
  sites: [
    { scheme: 'http', host: 'exam.example', subdomains: false, port: 80, path: '/exam/' },
    { scheme: 'http', host: 'exam.example', subdomains: false, port: 80, path: '/page' },
    { scheme: 'https', host: 'exam.example', subdomains: false, port: 443, path: '/' },
    { scheme: 'https', host: 'cdn.example', subdomains: true, port: 443, path: '/' },
  ],
  addresses: [{ block: '203.0.113.64/28', port: 8443 }, { block: '203.0.113.40' }],
};

const request = (host: string, path = '/'): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nAccept: */*\r\nHost: ${host}\r\n\r\n`);
const question = (name: string, type: 'A' | 'TXT'): Buffer =>
  dns.encode({ type: 'query', id: 7, questions: [{ type, name }] });

type Asked = readonly [protocol: Exchange['protocol'], address: string, port: number, send: Buffer];
const nothing = Buffer.alloc(0);
const conversations: readonly (readonly [
  what: string,
  asked: () => Promise<Asked> | Asked,
  whitelist: string,
  open: string,
])[] = [
  ['a listed page', () => ['tcp', 'exam.example', 80, request('exam.example', '/exam/a')], 'answered', 'answered'],
  [
    'a listed page that is no folder',
    () => ['tcp', 'exam.example', 80, request('exam.example', '/page')],
    'answered',
    'answered',
  ],
  [
    'a page whose name begins alike',
    () => ['tcp', 'exam.example', 80, request('exam.example', '/pages')],
    'connected',
    'answered',
  ],
  [
    'a page beside the listed path',
    () => ['tcp', 'exam.example', 80, request('exam.example', '/other')],
    'connected',
    'answered',
  ],
  ['another site', () => ['tcp', 'other.example', 80, request('other.example')], 'connected', 'answered'],
  [
    'a listed site over TLS',
    async () => ['tcp', 'exam.example', 443, await helloOf('exam.example')],
    'answered',
    'answered',
  ],
  [
    'a host below a wildcard',
    async () => ['tcp', 'img.cdn.example', 443, await helloOf('img.cdn.example')],
    'answered',
    'answered',
  ],
  [
    'the name of a wildcard itself',
    async () => ['tcp', 'cdn.example', 443, await helloOf('cdn.example')],
    'connected',
    'answered',
  ],
  [
    'another site over TLS',
    async () => ['tcp', 'other.example', 443, await helloOf('other.example')],
    'connected',
    'answered',
  ],
  ['TLS without a name', async () => ['tcp', '198.18.0.9', 443, await helloOf(undefined)], 'refused', 'answered'],
  [
    'a listed name at another address',
    () => ['tcp', '198.18.0.9', 80, request('exam.example', '/exam/')],
    'refused',
    'answered',
  ],
  [
    'a listed block, at its port',
    async () => ['tcp', '203.0.113.70', 8443, await helloOf(undefined)],
    'answered',
    'answered',
  ],
  ['a listed block, at another port', () => ['tcp', '203.0.113.70', 80, request('x')], 'refused', 'answered'],
  ['a listed address, at any port', () => ['tcp', '203.0.113.40', 5000, nothing], 'connected', 'connected'],
  ['another address', () => ['tcp', '203.0.113.80', 8443, nothing], 'refused', 'connected'],
  ['another resolver', () => ['udp', '8.8.8.8', 53, question('a.example', 'A')], 'refused', 'answered'],
  [
    'NTP',
    () => ['udp', '203.107.6.88', 123, Buffer.concat([Buffer.from([0x23]), Buffer.alloc(47)])],
    'refused',
    'answered',
  ],
  ['IPv6', () => ['tcp', '2400:3200::1', 443, nothing], 'unreachable', 'unreachable'],
];

async function outcomes(way: Way): Promise<Record<string, string>> {
  const lan = new Lan({ subnet: '10.30.1.0/24', gateway, dns: [gateway] });
  lan.router.way = way;
  const { host, machine } = await simulatedPc({ lan });
  await machine.configure({ dhcp: false, address: '10.30.1.7', prefix: 24, gateway, dns: [gateway] });
  const exchanges = await Promise.all(
    conversations.map(async ([, asked]): Promise<Exchange> => {
      const [protocol, address, port, send] = await asked();
      return { protocol, address, port, send: send.toString('base64'), receiveBytes: 1, timeoutMs: 1000 };
    }),
  );
  const { results } = await host.call('net.exchange', { exchanges });
  return Object.fromEntries(conversations.map(([what], index) => [what, results[index]?.outcome ?? 'none']));
}

describe("the simulated room's router", () => {
  it('lets through what its whitelist lists, and nothing beside', async () => {
    expect(await outcomes(whitelist)).toEqual(
      Object.fromEntries(conversations.map(([what, , listed]) => [what, listed])),
    );
  });

  it('lets everything through while it is open: each of these has somebody at its other end', async () => {
    expect(await outcomes({ way: 'open' })).toEqual(
      Object.fromEntries(conversations.map(([what, , , open]) => [what, open])),
    );
  });

  it('leads nowhere as a room is made: nothing is answered', async () => {
    const found = new Set(Object.values(await outcomes({ way: 'nowhere' })));
    expect(found).not.toContain('answered');
    expect(found).not.toContain('connected');
  });

  it('sends every name to itself under a whitelist, and carries no records', async () => {
    const lan = new Lan({ subnet: '10.30.1.0/24', gateway, dns: [gateway] });
    lan.router.way = whitelist;
    const asked = (send: Buffer): Exchange => ({
      ...{
        protocol: 'udp',
        address: gateway,
        port: 53,
        send: send.toString('base64'),
        receiveBytes: 512,
        timeoutMs: 1000,
      },
    });
    const [address, text] = await Promise.all(
      (['A', 'TXT'] as const).map(async (type) => {
        const { received } = await lan.router.exchange(asked(question('any.example', type)), gateway);
        return dns.decode(received ?? nothing).answers;
      }),
    );
    expect(address).toMatchObject([{ name: 'any.example', data: gateway }]);
    expect(text).toEqual([]);
  });
});
