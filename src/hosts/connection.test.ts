// Does not prove a real machine: a socket that is reset while its handshake waits for its turn.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import { HostError } from '../core/errors.ts';
import { connect } from './connection.ts';
import { defaultTiming } from './timing.ts';

it('a machine that goes away while its handshake waits for its turn is unreachable, at once, and nothing else happens', async () => {
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const limit = pLimit(1);
  const busy = Promise.withResolvers<undefined>();
  const first = limit(() => busy.promise);
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', note);
  try {
    const at = { host: 'r301-s01', address: '10.30.1.101', dial: '127.0.0.1', port, user: 'examsite' };
    const connecting = connect({ ...at, privateKey: '', hostKey: undefined }, defaultTiming, limit);
    const failed = connecting.catch((error: unknown) => error);
    while (accepted.length === 0) await sleep(5);
    accepted[0]?.resetAndDestroy();
    await sleep(50);
    busy.resolve(undefined);
    const error = await failed;
    expect(uncaught).toEqual([]);
    expect(error instanceof HostError && error.code).toBe('unreachable');
    expect(String(error)).toContain('ECONNRESET');
  } finally {
    process.off('uncaughtException', note);
    await first;
    server.close();
  }
});
