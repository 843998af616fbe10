// Does not prove that a router opens TLS (test/network): who answers is Node's own TLS, with the certificates of an authority that is made here.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange, ExchangeResult } from '../../src/core/exchange.ts';
import { newAuthority } from '../../src/inspection/certificates.ts';
import { serverCertificate } from './bytes.ts';
import { whitelistProbe } from './module.ts';
import { probesOf } from './probes.ts';
import type { Desired } from './schema.ts';

const host = 'exam.example';
const validity = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 86_400_000) };
const authority = () => newAuthority([host], 'test', validity);
const no = { names: [], addresses: [], ports: [], resolvers: [], doh: [], text: 'x.example', time: [], ipv6: [] };

const servers: tls.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function served(pem: string, options: tls.TlsOptions = {}): Promise<number> {
  const server = tls.createServer({ cert: pem, key: pem, ...options }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** As the agents do it: first bytes out, then whatever comes until the other side closes. */
async function exchanged({ send }: Exchange, port: number): Promise<ExchangeResult> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write(Buffer.from(send, 'base64'));
  const blocks: Buffer[] = [];
  socket.on('data', (block: Buffer) => blocks.push(block));
  await once(socket, 'close');
  const received = Buffer.concat(blocks);
  const outcome = received.length > 0 ? 'answered' : 'connected';
  return { outcome, received: received.toString('base64'), resolved: '127.0.0.1', detail: '' };
}

async function found(ca: string | null, port: number): Promise<string> {
  const desired: Desired = whitelistProbe.desired.parse({
    ...{ dns: '10.30.1.1', http: [], https: [], inspect: [`${host}:443/a`, `${host}:443/b`], addresses: [] },
    ...{
      authority: ca === null ? null : new X509Certificate(ca).raw.toString('base64'),
      targets: { ...no, blockPage: 'x' },
    },
  });
  const [probe, ...others] = (await probesOf(desired)).filter(({ listed }) => listed);
  if (probe === undefined || others.length > 0) throw new Error('expected one probe for one host');
  const result = await exchanged(probe.exchange, port);
  const [finding] = whitelistProbe.plan(desired, { results: { [probe.id]: result }, unobserved: null });
  return `${finding?.property ?? ''}: ${JSON.stringify(finding?.actual)}`;
}

describe('a host whose TLS the router is to open', () => {
  it('answers under a certificate that the exam site has signed', async () => {
    const ours = await authority();
    expect(await found(ours.pem, await served(await ours.sign(host)))).toBe(
      'listed.opened exam.example:443: "answers"',
    );
  });

  it('is unopened under the certificate of another authority, whatever that is called', async () => {
    const [ours, other] = [await authority(), await authority()];
    expect(await found(ours.pem, await served(await other.sign(host)))).toBe(
      'listed.opened exam.example:443: "unopened"',
    );
  });

  it('is unopened where nobody knows the authority', async () => {
    const ours = await authority();
    expect(await found(null, await served(await ours.sign(host)))).toBe('listed.opened exam.example:443: "unopened"');
  });

  it('is dead where the server refuses', async () => {
    const ours = await authority();
    const port = await served(await ours.sign(host), { minVersion: 'TLSv1.3' });
    expect(await found(ours.pem, port)).toBe('listed.opened exam.example:443: "dead"');
  });
});

describe('a certificate in an answer', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a record that is cut off', Buffer.from([0x16, 3, 3, 0x10, 0, 11, 0, 0, 0x50, 0, 0])],
    ['an empty list', Buffer.from([0x16, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 0])],
    ['bytes that are none', Buffer.from([0x16, 3, 3, 0, 12, 11, 0, 0, 8, 0, 0, 5, 0, 0, 2, 1, 2])],
    ['a page', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('is none in %s', (_, bytes) => {
    expect(serverCertificate(bytes)).toBeUndefined();
  });
});
