// Against a scripted agent in this process: how sessions behave, not what any real agent answers (src/hosts/contract) nor real Windows.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallError, HostError } from '../core/errors.ts';
import { agentHash } from './channel.ts';
import { agentSource } from './agent-source.ts';
import { fingerprint } from './host-key.ts';
import { answerLine, okFor, TestServer } from './testing/server.ts';
import type { ServedRequest } from './testing/server.ts';
import { TestRoom } from './testing/room.ts';

const pc = 'r301-s01';
const file = (path: string): { path: string } => ({ path });
const write = { path: 'C:\\x', base64: '' };

let room: TestRoom;
let server: TestServer;
beforeEach(async () => {
  room = new TestRoom();
  server = await room.server(2);
  await room.enrol({ [pc]: { hostKey: server.hostKey, last: 2 } });
});
afterEach(() => room.end());

const names = (request: ServedRequest | undefined): string[] => request?.calls.map(({ name }) => name) ?? [];
const failure = async (work: Promise<unknown>): Promise<HostError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HostError)) throw new Error(`expected a HostError, got ${String(error)}`);
  return error;
};

describe('opening a session', () => {
  it('brings the whole agent and believes the hash that the machine computed', async () => {
    const hello = await room.pool().host(pc).hello();
    expect(hello.agent).toBe(agentHash(agentSource('windows')));
  });

  it('opens one connection for ten callers at once', async () => {
    const host = room.pool().host(pc);
    await Promise.all(Array.from({ length: 10 }, () => host.hello()));
    expect(server.logins).toBe(1);
  });

  it('refuses a machine with another host key, names both keys and both possible reasons, and does not log in', async () => {
    const other = new TestServer(room.authorizedKey);
    await room.enrol({ [pc]: { hostKey: other.hostKey, last: 2 } });
    const error = await failure(room.pool().host(pc).hello());
    expect(error.code).toBe('host-key-changed');
    expect(error.message).toContain(fingerprint(server.hostKey));
    expect(error.message).toContain(fingerprint(other.hostKey));
    expect(error.message).toMatch(/restored.*--replace r301-s01.*another machine/);
    expect(server.logins).toBe(0);
  });

  it('says what to do when the machine does not take the key', async () => {
    const stranger = new TestServer('ssh-ed25519 AAAA');
    await stranger.listen('127.61.0.3', room.port);
    await room.enrol({ [pc]: { hostKey: stranger.hostKey, last: 3 } });
    const error = await failure(room.pool().host(pc).hello());
    await stranger.stop();
    expect(error.code).toBe('auth-failed');
    expect(error.message).toContain('administrators_authorized_keys');
  });

  it('gives up on a machine that takes the connection and never speaks', async () => {
    server.script = { mute: true };
    const error = await failure(room.pool({ handshakeMs: 200 }).host(pc).hello());
    expect(error.code).toBe('unreachable');
  });

  it('says what the machine printed instead of a hello', async () => {
    server.script = { greeting: 'At line:1 char:1 + Start-Agent\n', hello: { protocol: 2 } };
    const error = await failure(room.pool().host(pc).hello());
    expect(error.code).toBe('agent-failed');
    expect(error.message).toContain('At line:1 char:1');
  });

  it('refuses an agent that did not arrive whole', async () => {
    server.script = { hello: { agent: '0'.repeat(64) } };
    const error = await failure(room.pool().host(pc).hello());
    expect(error).toMatchObject({ code: 'agent-failed', mayHaveHappened: false });
    expect(error.message).toContain('damaged');
  });

  it('tells a name that was never enrolled how to become so', async () => {
    expect((await failure(room.pool().host('r302-s01').hello())).message).toContain('examsite enroll --room 302');
    expect((await failure(room.pool().host('r301-s02').hello())).code).toBe('not-enrolled');
  });
});

describe('calls', () => {
  it('sends the calls of one turn in one request, in their order, and later ones in the next', async () => {
    const host = room.pool().host(pc);
    await Promise.all([host.call('net.read', {}), host.call('file.stat', file('a')), host.call('process.list', {})]);
    await host.call('file.stat', file('b'));
    expect(server.requests.map(names)).toEqual([['net.read', 'file.stat', 'process.list'], ['file.stat']]);
  });

  it('gives each call its own answer and its own error', async () => {
    server.script.answer = ({ id }) =>
      answerLine(id, [{ ok: { names: ['a'] } }, { error: { code: 'denied', message: 'no', detail: { hresult: -5 } } }]);
    const host = room.pool().host(pc);
    const [list, stat] = await Promise.allSettled([host.call('process.list', {}), host.call('file.stat', file('a'))]);
    expect(list).toEqual({ status: 'fulfilled', value: { names: ['a'] } });
    expect(stat).toMatchObject({ reason: { code: 'denied', detail: { hresult: -5 } } });
    expect(stat.status === 'rejected' && stat.reason).toBeInstanceOf(CallError);
  });

  it('reads answers that arrive in pieces, between lines of noise, with characters of any script', async () => {
    server.script = {
      pieces: 3,
      answer: ({ id }) => `WARNING: 中\r\n${answerLine(id, [{ ok: { names: ['记事本', '😀'] } }])}`,
    };
    expect(await room.pool().host(pc).call('process.list', {})).toEqual({ names: ['记事本', '😀'] });
  });

  it('keeps batches apart that are on the way at the same time', async () => {
    server.script.answer = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return answerLine(
        request.id,
        request.calls.map(({ args }) => ({ ok: args as { path: string } })),
      );
    };
    const host = room.pool().host(pc);
    const first = host.call('file.stat', file('first'));
    await new Promise((resolve) => setImmediate(resolve));
    const second = host.call('file.stat', file('second'));
    expect(await Promise.all([first, second])).toEqual([file('first'), file('second')]);
    expect(server.requests).toHaveLength(2);
  });
});

describe('a session that dies', () => {
  it('asks again what changes nothing, once, and reports what may have changed something', async () => {
    server.script.answer = (request) => {
      if (server.requests.length > 1) return okFor(request);
      server.drop();
      return undefined;
    };
    const host = room.pool().host(pc);
    const [stat, written, run, look] = await Promise.allSettled([
      host.call('file.stat', file('a')),
      host.call('file.write', write),
      host.call('process.run', { exe: 'x', args: [], timeoutSec: 1 }),
      host.call('process.run', { exe: 'x', args: [], timeoutSec: 1, readOnly: true }),
    ]);
    expect([stat, look]).toEqual([
      { status: 'fulfilled', value: {} },
      { status: 'fulfilled', value: {} },
    ]);
    const lost = { status: 'rejected', reason: { code: 'session-lost', mayHaveHappened: true } };
    expect([written, run]).toMatchObject([lost, lost]);
    expect(server.requests.map(names).at(-1)).toEqual(['file.stat', 'process.run']);
    expect(server.logins).toBe(2);
  });

  it('does not ask a third time', async () => {
    server.script.answer = () => {
      server.drop();
      return undefined;
    };
    const error = await failure(room.pool().host(pc).call('file.stat', file('a')));
    expect(error).toMatchObject({ code: 'session-lost', mayHaveHappened: false });
    expect(server.requests).toHaveLength(2);
  });

  it('opens a new one for a change that had not been sent', async () => {
    const host = room.pool().host(pc);
    await host.hello();
    server.drop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await host.call('file.write', write);
    expect(server.requests.map(names)).toEqual([['file.write']]);
    expect(server.logins).toBe(2);
  });

  it('treats an answer that cannot be read as the end of the session', async () => {
    server.script.answer = (request) => (server.requests.length > 1 ? okFor(request) : '@@{"id":1,"resu\n');
    await room.pool().host(pc).call('file.stat', file('a'));
    expect(server.logins).toBe(2);
  });

  it('does not take the answer to another request for its own', async () => {
    server.script.answer = (request) =>
      server.requests.length > 1 ? okFor(request) : answerLine(request.id + 1, [{ ok: { stolen: true } }]);
    expect(await room.pool().host(pc).call('file.stat', file('a'))).toEqual({});
  });

  it('notices a cut cable by its unanswered probes', async () => {
    const host = room.pool({ keepaliveMs: 50, handshakeMs: 300 }).host(pc);
    await host.hello();
    server.script.mute = true;
    server.silence();
    const began = Date.now();
    const error = await failure(host.call('file.write', write));
    expect(error).toMatchObject({ code: 'session-lost', mayHaveHappened: true });
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  it('ends a request that outlives its own time limit, and not one that waits behind it', async () => {
    server.script.answer = (request) =>
      names(request).includes('file.stat') ? okFor(request) : new Promise(() => undefined);
    const host = room.pool({ requestMarginMs: 100 }).host(pc);
    const hung = host.call('process.run', { exe: 'x', args: [], timeoutSec: 0.2 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const behind = host.call('file.stat', file('a'));
    expect(await failure(hung)).toMatchObject({ code: 'request-timeout', mayHaveHappened: true });
    expect(await behind).toEqual({});
  });
});
