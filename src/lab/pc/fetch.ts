/** HTTP as the PC would do it: over the LAN, from its own address. */
import { request } from 'node:http';
import { isIP } from 'node:net';
import { Refusal } from './fault.ts';
import type { Pc } from './pc.ts';

export interface Asking {
  readonly signal?: AbortSignal;
  /** Only so many bytes from the beginning; a server may send all the same. */
  readonly first?: number;
}

export interface Answer {
  readonly status: number;
  /** Bytes of the whole, where only a part was sent (206). */
  readonly whole?: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export type Fetched = (pc: Pc, url: string, asking?: Asking) => Promise<Answer>;

const loopback = /^127\./;

/** @throws Refusal `no-answer` when nothing is to be had at that address from this PC */
export const lanFetch: Fetched = (pc, url, { signal, first } = {}) => {
  const { hostname, port, pathname, search } = new URL(url);
  const { lan, live, reachable } = pc.nic;
  if (!reachable || live.address === null) throw new Refusal('no-answer', `no network to reach ${url}`);
  const target = isIP(hostname) !== 0 ? hostname : (lan.resolve(hostname, live.dns[0] ?? '')?.[0] ?? hostname);
  if (!loopback.test(target) && !lan.routes(live, target)) throw new Refusal('no-answer', `no route to ${hostname}`);
  return new Promise((resolve, reject) => {
    const sent = request({
      host: lan.dial(target),
      port: port === '' ? 80 : port,
      path: pathname + search,
      localAddress: lan.dial(live.address ?? ''),
      agent: false,
      ...(signal && { signal }),
      ...(first !== undefined && { headers: { range: `bytes=0-${first - 1}` } }),
    });
    sent.on('response', (response) => {
      const whole = /\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1];
      const status = response.statusCode ?? 0;
      resolve({ status, body: response, ...(status === 206 && { whole: Number(whole) }) });
    });
    sent.on('error', (error) => reject(new Refusal('no-answer', `${url}: ${error.message}`)));
    sent.end();
  });
};
