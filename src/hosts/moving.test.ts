// Machines that restart and move, played by servers in this process: timing and DHCP of a real LAN are not in here.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../core/errors.ts';
import { readEnrolled } from './enrolled.ts';
import { addressesOf } from './locate.ts';
import { answerLine, okFor, TestServer } from './testing/server.ts';
import { lanAddress, loopback, TestRoom } from './testing/room.ts';

const pc = 'r301-s01';
const other = 'r301-s02';

let room: TestRoom;
let server: TestServer;
beforeEach(async () => {
  room = new TestRoom();
  server = await room.server(2);
  await room.enrol({ [pc]: { hostKey: server.hostKey, last: 2 } });
});
afterEach(() => room.end());

const failure = async (work: Promise<unknown>): Promise<HostError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HostError)) throw new Error(`expected a HostError, got ${String(error)}`);
  return error;
};

/** Makes `restart` do something half a breath after it has been answered, as a real one does. */
function onRestart(restarting: () => Promise<void>): void {
  server.script.answer = (request) => {
    if (request.calls.some(({ name }) => name === 'restart')) setTimeout(() => void restarting(), 20);
    return okFor(request);
  };
}

describe('a restart', () => {
  it('is over when another boot time answers, and not before', async () => {
    const host = room.pool().host(pc);
    // Twice the sessions die and the same boot answers again: a network that stutters is no restart.
    let deaths = 0;
    onRestart(() => {
      server.drop();
      const again = setInterval(() => {
        if (++deaths < 3) return server.drop();
        clearInterval(again);
        server.bootTime = '2026-03-01T09:00:00Z';
        server.drop();
      }, 100);
      return Promise.resolve();
    });
    await host.restart();
    expect(deaths).toBe(3);
    expect((await host.hello()).bootTime).toBe('2026-03-01T09:00:00Z');
  });

  it('finds the machine at the address that DHCP gave it, and writes that down', async () => {
    const pool = room.pool();
    onRestart(() => server.restart(loopback(9), '2026-03-01T09:00:00Z'));
    await pool.host(pc).restart();
    await pool.close();
    expect(readEnrolled(room.home, '301')?.hosts[pc]?.address).toBe(lanAddress(9));
  });

  it('fails by its deadline when the machine stays away, and says what it saw last', async () => {
    onRestart(() => server.stop());
    const error = await failure(room.pool({ restartMs: 700 }).host(pc).restart());
    expect(error.code).toBe('restart-timeout');
    expect(error.message).toContain('no SSH session at 10.61.0.2');
  });

  it('fails by its deadline when the machine never goes down', async () => {
    const error = await failure(room.pool({ restartMs: 300 }).host(pc).restart());
    expect(error).toMatchObject({ code: 'restart-timeout' });
    expect(error.message).toContain('2026-03-01T08:00:00Z');
  });

  it('reports a machine that refuses, at once', async () => {
    server.script.answer = ({ id }) =>
      answerLine(id, [{ error: { code: 'denied', message: 'no right to shut down' } }]);
    await expect(room.pool().host(pc).restart()).rejects.toMatchObject({ name: 'CallError', code: 'denied' });
  });

  it('is one restart for two who ask, and calls made meanwhile see the machine after it', async () => {
    let restarts = 0;
    onRestart(() => {
      restarts++;
      return server.restart(loopback(3), '2026-03-01T09:00:00Z');
    });
    const host = room.pool().host(pc);
    await host.hello();
    const both = Promise.all([host.restart(), host.restart()]);
    expect((await host.hello()).bootTime).toBe('2026-03-01T09:00:00Z');
    await both;
    expect(restarts).toBe(1);
  });
});

describe('a machine that restarts by itself', () => {
  it('is waited for until another boot time answers, also where it is still up', async () => {
    const host = room.pool().host(pc);
    const { bootTime } = await host.hello();
    setTimeout(() => void server.restart(loopback(2), '2026-03-01T09:00:00Z'), 100);
    await host.untilBack(bootTime);
    expect((await host.hello()).bootTime).toBe('2026-03-01T09:00:00Z');
  });

  it('that has done so already is not waited for', async () => {
    const host = room.pool({ restartMs: 500 }).host(pc);
    await host.hello();
    await host.untilBack('2026-03-01T07:00:00Z');
    expect(server.logins).toBe(1);
  });

  it('or has only lost its session is back when it answers', async () => {
    const host = room.pool().host(pc);
    await host.hello();
    server.drop();
    await host.untilBack();
    expect((await host.hello()).bootTime).toBe('2026-03-01T08:00:00Z');
  });

  it('and stays away is given up by the deadline', async () => {
    const host = room.pool({ restartMs: 500 }).host(pc);
    await host.hello();
    await server.stop();
    expect((await failure(host.untilBack())).code).toBe('restart-timeout');
  });
});

describe('a machine that is not where it was', () => {
  it('is found by its host key', async () => {
    await server.restart(loopback(7), server.bootTime);
    await room.pool().host(pc).hello();
    expect(server.logins).toBe(1);
  });

  it('is found when two machines have each other’s address, each as itself', async () => {
    const second = await room.server(3);
    await room.enrol({ [pc]: { hostKey: server.hostKey, last: 3 }, [other]: { hostKey: second.hostKey, last: 2 } });
    second.bootTime = '2026-03-01T10:00:00Z';
    const pool = room.pool();
    const hellos = await Promise.all([pool.host(pc).hello(), pool.host(other).hello()]);
    expect(hellos.map(({ bootTime }) => bootTime)).toEqual([server.bootTime, second.bootTime]);
    await pool.close();
    const hosts = readEnrolled(room.home, '301')?.hosts;
    expect([hosts?.[pc]?.address, hosts?.[other]?.address]).toEqual([lanAddress(2), lanAddress(3)]);
  });

  it('is found by one scan for many', async () => {
    const machines = await Promise.all([4, 5, 6, 7].map((last) => room.server(last)));
    // Every one believed at .13, where nobody is.
    const entries = machines.map(({ hostKey }, index) => [`r301-s1${index}`, { hostKey, last: 13 }] as const);
    await room.enrol(Object.fromEntries(entries));
    const pool = room.pool();
    await Promise.all(entries.map(([name]) => pool.host(name).hello()));
    // Once by the scan, which reads the key, and once for the session; four searches would have come by four times.
    expect(machines.map((machine) => machine.visits)).toEqual([2, 2, 2, 2]);
  });

  it('is unreachable when no machine of the subnet has its key', async () => {
    await server.stop();
    const error = await failure(room.pool().host(pc).hello());
    expect(error).toMatchObject({ code: 'unreachable', mayHaveHappened: false });
  });

  it('is off, and not a stranger, when a neighbour has its address', async () => {
    const neighbour = await room.server(3);
    await room.enrol({
      [pc]: { hostKey: new TestServer('').hostKey, last: 3 },
      [other]: { hostKey: neighbour.hostKey, last: 4 },
    });
    const error = await failure(room.pool().host(pc).hello());
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain(`10.61.0.3 now belongs to ${other}`);
  });

  it('is not looked for again by everybody who asks in the next seconds', async () => {
    await server.stop();
    const pool = room.pool({ absentMs: 10_000 });
    await failure(pool.host(pc).hello());
    await server.listen(loopback(2), room.port);
    await failure(pool.host(pc).hello());
    expect(server.logins).toBe(0);
  });
});

describe('an address that was changed under the session', () => {
  it('is connected to, with the same host key', async () => {
    const host = room.pool().host(pc);
    await host.hello();
    await server.restart(loopback(11), server.bootTime);
    await host.relocate(lanAddress(11));
    await host.call('net.read', {});
    expect(server.logins).toBe(2);
  });

  it('is waited for, and the machine is found where it was when it rolls back', async () => {
    const host = room.pool().host(pc);
    await host.hello();
    await server.stop();
    const relocating = host.relocate(lanAddress(11));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.listen(loopback(2), room.port);
    await relocating;
    expect((await host.hello()).bootTime).toBe(server.bootTime);
  });

  it('is given up soon where it goes away under the handshake, and asked for again', async () => {
    server.script = { mute: true };
    setTimeout(() => (server.script = {}), 700);
    const host = room.pool({ handshakeMs: 60_000, movingMs: 500, relocateMs: 20_000 }).host(pc);
    await host.relocate(lanAddress(2));
    expect((await host.hello()).bootTime).toBe(server.bootTime);
  });

  it('is not accepted from another machine', async () => {
    const host = room.pool({ relocateMs: 300 }).host(pc);
    const impostor = await room.server(11);
    await host.hello();
    await server.stop();
    expect((await failure(host.relocate(lanAddress(11)))).code).toBe('host-key-changed');
    expect(impostor.logins).toBe(0);
  });
});

describe('the addresses of a subnet', () => {
  it.each([
    ['10.61.0.0/30', ['10.61.0.1', '10.61.0.2']],
    ['10.61.0.5/32', ['10.61.0.5']],
    ['10.61.0.4/31', ['10.61.0.4', '10.61.0.5']],
  ])('%s', (subnet, addresses) => {
    expect(addressesOf(subnet)).toEqual(addresses);
  });

  it('cross octets, and end before a scan would take minutes', () => {
    const all = addressesOf('10.61.0.0/16');
    expect([all.length, all[255], all.at(-1)]).toEqual([1024, '10.61.1.0', '10.61.4.0']);
  });
});
