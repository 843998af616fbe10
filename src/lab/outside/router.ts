/**
 * The room's router, and the only way out of it. How it came to its rules is nobody's business here; it does what a box does that sends every name to itself, reads Host or
 * SNI, and lets through what is listed (docs/adr/0016): or it is open to everything, or it leads nowhere.
 */
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Exchange, ExchangeResult } from '../../core/exchange.ts';
import { answered, Internet, type Transport } from './internet.ts';
import { nameIn, readHello } from './tls.ts';

const port = z.int().min(1).max(65535);
const listedSite = z.strictObject({
  scheme: z.enum(['http', 'https']),
  host: z.string(),
  subdomains: z.boolean(),
  port,
  /** Below which everything is allowed; of HTTPS nobody sees it. */
  path: z.string(),
});
/** `203.0.113.64/28`, `203.0.113.40`; without a port all of TCP. */
const listedAddress = z.strictObject({ block: z.union([z.ipv4(), z.cidrv4()]), port: port.optional() });

/** `nowhere`: there is no line to the internet. */
export const wayOut = z.discriminatedUnion('way', [
  z.strictObject({ way: z.literal('nowhere') }),
  z.strictObject({ way: z.literal('open') }),
  z.strictObject({ way: z.literal('whitelist'), sites: z.array(listedSite), addresses: z.array(listedAddress) }),
]);
export type Way = z.output<typeof wayOut>;
type ListedSite = z.output<typeof listedSite>;
type ListedAddress = z.output<typeof listedAddress>;

type Reply = Pick<ExchangeResult, 'outcome' | 'detail'> & { readonly received?: Buffer };
const silent: Reply = { outcome: 'silent', detail: 'no answer' };
const refused: Reply = { outcome: 'refused', detail: 'connection refused' };
/** A proxy has taken the connection before it knows what is asked for. */
const cut: Reply = { outcome: 'connected', detail: 'reset' };

export class Router {
  way: Way = { way: 'nowhere' };
  readonly #own: readonly [string, ...string[]];
  readonly #internet = new Internet();

  /** @param own its addresses on the room's network; the first is the gateway */
  constructor(own: readonly [string, ...string[]]) {
    this.#own = own;
  }

  has(address: string): boolean {
    return this.#own.includes(address);
  }

  /** What its name server says. @returns undefined for a name that it does not know */
  resolve(name: string): readonly string[] | undefined {
    if (this.way.way === 'nowhere') return undefined;
    return [this.way.way === 'open' ? this.#internet.addressOf(name) : this.#own[0]];
  }

  /** What becomes of a conversation with the router itself, or with an address outside. */
  async exchange({ protocol, port, send, receiveBytes }: Exchange, to: string): Promise<Reply> {
    const { way } = this;
    if (way.way === 'nowhere' || typeof protocol === 'number') return silent;
    const sent = Buffer.from(send, 'base64');
    const own = this.has(to);
    if (own && port === 53) return this.#asResolver(protocol, sent);
    if (way.way === 'open') return own ? refused : this.#through(protocol, port, sent, receiveBytes);
    if (protocol === 'udp') return refused;
    const passes = own ? await passesSite(way.sites, port, sent) : passesAddress(way.addresses, to, port);
    if (passes === 'closed') return refused;
    return passes === 'no' ? cut : this.#through(protocol, port, sent, receiveBytes);
  }

  async #through(transport: Transport, port: number, sent: Buffer, receiveBytes: number): Promise<Reply> {
    const received = await this.#internet.answer(transport, port, sent);
    if (received !== undefined)
      return { outcome: 'answered', detail: '', received: received.subarray(0, receiveBytes) };
    return transport === 'tcp' ? { outcome: 'connected', detail: 'no more in time' } : silent;
  }

  /** Under a whitelist it has nobody to ask, and every name leads to itself. */
  #asResolver(transport: Transport, sent: Buffer): Reply {
    if (transport === 'tcp') return refused;
    const received =
      this.way.way === 'open'
        ? this.#internet.resolve(sent)
        : answered(sent, ({ name, type }) => (type === 'A' ? [{ type, name, ttl: 30, data: this.#own[0] }] : []));
    return { outcome: 'answered', detail: '', received };
  }
}

type Passing = 'yes' | 'no' | 'closed';

async function passesSite(sites: readonly ListedSite[], port: number, sent: Buffer): Promise<Passing> {
  const here = sites.filter((one) => one.port === port);
  if (here.length === 0 && port !== 80 && port !== 443) return 'closed';
  const request = /^[A-Z]+ (?<path>\/\S*) HTTP\/1\.[01]\r\n(?:.*\r\n)*?host: *(?<host>[^\s:]+)/i.exec(
    sent.toString('latin1'),
  );
  const asked =
    request?.groups === undefined
      ? { scheme: 'https', host: await helloName(sent), path: '/' }
      : { scheme: 'http', host: request.groups['host']?.toLowerCase(), path: request.groups['path'] ?? '' };
  const fits = ({ scheme, host, subdomains, path }: ListedSite): boolean =>
    scheme === asked.scheme &&
    (subdomains ? asked.host?.endsWith(`.${host}`) === true : asked.host === host) &&
    (scheme === 'https' || asked.path === path || asked.path.startsWith(path.endsWith('/') ? path : `${path}/`));
  return here.some(fits) ? 'yes' : 'no';
}

async function helloName(sent: Buffer): Promise<string | undefined> {
  const hello = await readHello(sent);
  return hello && nameIn(hello);
}

function passesAddress(addresses: readonly ListedAddress[], to: string, port: number): Passing {
  const inside = (block: string): boolean =>
    ipaddr.IPv4.isValid(to) &&
    ipaddr.IPv4.parse(to).match(ipaddr.IPv4.parseCIDR(block.includes('/') ? block : `${block}/32`));
  return addresses.some((one) => (one.port === undefined || one.port === port) && inside(one.block)) ? 'yes' : 'closed';
}
