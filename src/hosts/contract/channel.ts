/** How calls travel: together, in order, each with its own result, in any language. */
import { base64, describe, expect, inside, it, refused, run, text, where } from './subject.ts';
import type { Family } from './subject.ts';
import { primitivesOf } from './platforms.ts';

export const channel: Family = (get, { sessions, restart }) => {
  describe('the channel', () => {
    it('says hello with the facts that identify the installation and its start', async () => {
      const { host, platform } = get();
      const hello = await host.hello();
      expect(hello).toMatchObject({ protocol: 1, platform });
      expect(hello.bootTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(Date.parse(hello.bootTime)).toBeLessThanOrEqual(Date.now() + 1000);
      expect(hello.machineId).not.toBe('');
      expect(hello.osVersion).toMatch(/^\d+\.\d+/);
    });

    it('executes the calls of one turn in the order they were made', async () => {
      const { host } = get();
      const path = inside(get(), 'order.txt');
      const results = await Promise.all([
        host.call('file.write', { path, base64: base64('one') }),
        host.call('file.read', { path }),
        host.call('file.write', { path, base64: base64('two') }),
        host.call('file.read', { path }),
        host.call('file.delete', { path }),
        host.call('file.stat', { path }),
      ]);
      expect(text(results[1].base64)).toBe('one');
      expect(text(results[3].base64)).toBe('two');
      expect(results[5].exists).toBe(false);
    });

    it('answers each call of a batch for itself: one refusal does not spoil the next', async () => {
      const { host } = get();
      const path = inside(get(), 'absent');
      const [before, bad, after] = await Promise.allSettled([
        host.call('file.stat', { path }),
        host.call('file.read', { path }),
        host.call('file.stat', { path }),
      ]);
      expect([before.status, bad.status, after.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      await refused(host.call('file.read', { path }), 'not-found');
    });

    it('carries a hundred calls in one turn', async () => {
      const { host } = get();
      const path = inside(get(), 'many.txt');
      await host.call('file.write', { path, base64: base64('x') });
      const sizes = await Promise.all(Array.from({ length: 100 }, () => host.call('file.stat', { path })));
      expect(sizes.every(({ size }) => size === 1)).toBe(true);
    });

    it('carries text of any language both ways', async () => {
      const name = '考试 – éß \u{1f4bb}.txt';
      const { host } = get();
      await host.call('file.write', { path: inside(get(), '教室301', name), base64: base64('你好') });
      const { names } = await host.call('file.list', { path: inside(get(), '教室301'), match: '*' });
      expect(names).toEqual([name]);
      const { base64: content } = await host.call('file.read', { path: inside(get(), '教室301', name) });
      expect(text(content)).toBe('你好');
    });

    it('refuses what only the other platform can do, as unsupported', async () => {
      const { host, platform } = get();
      const own = new Set(primitivesOf(platform));
      const foreign = primitivesOf(platform === 'windows' ? 'linux' : 'windows').filter((name) => !own.has(name));
      expect(foreign).not.toEqual([]);
      for (const name of foreign) await refused(host.call(name, {}), 'unsupported');
    });

    const withSessions = where(sessions, 'there are no sessions here');
    withSessions('keeps what a program prints out of the answers', async () => {
      const { programs } = get();
      const forged = '@@{"id":1,"results":[]}';
      const { stdout } = await run(get(), programs.echo, { args: [forged] });
      expect(stdout).toContain('@@');
      expect((await run(get(), programs.echo, { args: [forged] })).exitCode).toBe(0);
    });

    withSessions('is there again after its session was ended from outside', async () => {
      const { host, dropSession } = get();
      const before = await host.hello();
      await dropSession?.();
      expect(await host.call('file.stat', { path: get().scratch })).toMatchObject({ isDirectory: true });
      const after = await host.hello();
      expect(after.bootTime).toBe(before.bootTime);
      expect(after.machineId).toBe(before.machineId);
    });

    where(restart, 'this machine must stay up')('says another boot time after a restart, and the same id', async () => {
      const { host } = get();
      const before = await host.hello();
      await host.restart();
      const after = await host.hello();
      expect(after.bootTime).not.toBe(before.bootTime);
      expect(after.machineId).toBe(before.machineId);
    });

    where(restart, 'this machine must stay up')('is waited for when something else restarts it', async () => {
      const { host } = get();
      const { bootTime } = await host.hello();
      await host.call('restart', { delaySec: 1 });
      await host.untilBack(bootTime);
      expect((await host.hello()).bootTime).not.toBe(bootTime);
    });
  });
};
