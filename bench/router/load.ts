/**
 * Many clients at once, each with an address of its own: `load.ts <JSON of Load>`. Every request is a connection of its own, as an examinee's
 * program makes it. Prints one line of JSON: milliseconds of each request, and seconds of it all.
 */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const load = z.object({
  /** Their addresses, which this machine has. */
  clients: z.array(z.string()),
  /** Where a request goes; the name is `allowed.example` all the same. */
  server: z.string(),
  kind: z.enum(['page', 'tls', 'large']),
  /** Of each client. */
  requests: z.int(),
  /** Between two of one client; each begins at another moment. */
  everyMs: z.int(),
});

const { clients, server, kind, requests, everyMs } = load.parse(JSON.parse(process.argv[2] ?? ''));
const name = 'allowed.example';
const times: number[] = [];

function one(localAddress: string): Promise<void> {
  const path = kind === 'large' ? '/large' : '/';
  const options = { host: server, path, localAddress, agent: false, headers: { host: name }, timeout: 30_000 };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked =
      kind === 'tls'
        ? https.get({ ...options, port: 8444, servername: name, rejectUnauthorized: false })
        : http.get({ ...options, port: 8088, headers: { host: `${name}:8088` } });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 30 s')));
    asked.on('error', reject);
    asked.on('response', (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${server} answered ${response.statusCode}`));
      response.on('error', reject);
      response.on('end', () => resolve(void times.push(performance.now() - began)));
      response.resume();
    });
  });
}

const began = performance.now();
await Promise.all(
  clients.map(async (address, index) => {
    await sleep((everyMs * index) / clients.length);
    for (let count = 0; count < requests; count += 1) {
      const next = sleep(everyMs);
      await one(address);
      if (count + 1 < requests) await next;
    }
  }),
);
process.stdout.write(`${JSON.stringify({ times, seconds: (performance.now() - began) / 1000 })}\n`);
