// Does not prove that the lock holds on a network file system whose clock is minutes off.
import { execa } from 'execa';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';
import { temporaryFolder } from './testing.ts';

const lockModule = new URL('lock.mjs', import.meta.url).href;

/** A process that takes the lock, notes when it has it and when it gives it back, and works for a while in between. */
function holder(file: string, log: string, workMs: number) {
  const script = `
    import fs from 'node:fs';
    import { withLock } from ${JSON.stringify(lockModule)};
    await withLock(${JSON.stringify(file)}, async () => {
      fs.appendFileSync(${JSON.stringify(log)}, 'in ' + process.pid + '\\n');
      await new Promise((resolve) => setTimeout(resolve, ${workMs}));
      fs.appendFileSync(${JSON.stringify(log)}, 'out ' + process.pid + '\\n');
    });`;
  return execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe('withLock', () => {
  it('lets processes in one after the other', async () => {
    const folder = temporaryFolder();
    const log = path.join(folder, 'log');
    await Promise.all([1, 2, 3].map(() => holder(path.join(folder, 'lock'), log, 100)));
    const events = fs.readFileSync(log, 'utf8').trim().split('\n');
    expect(events).toHaveLength(6);
    for (let i = 0; i < 6; i += 2) expect(events[i + 1]).toBe(events[i]?.replace('in', 'out'));
    expect(fs.readdirSync(folder)).toEqual(['log']);
  });

  it('is taken over at once from a process that was killed, by one of those that wait', async () => {
    const folder = temporaryFolder();
    const [file, log] = [path.join(folder, 'lock'), path.join(folder, 'log')];
    const killed = holder(file, log, 60_000);
    await until(() => fs.existsSync(log));
    killed.kill('SIGKILL');
    await killed;
    const start = Date.now();
    await Promise.all([holder(file, log, 50), holder(file, log, 50)]);
    expect(Date.now() - start).toBeLessThan(10_000);
    const [, first, second, third, fourth] = fs.readFileSync(log, 'utf8').trim().split('\n');
    expect([second, fourth]).toEqual([first?.replace('in', 'out'), third?.replace('in', 'out')]);
  });

  it('is taken over from another machine only when that has been silent', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    fs.writeFileSync(file, JSON.stringify({ pid: process.pid, host: `not-${os.hostname()}` }));
    const waits: number[] = [];
    const result = withLock(
      file,
      () => Promise.resolve('mine'),
      (pid) => waits.push(pid),
    );
    await sleep(500);
    expect(waits).toEqual([process.pid]);
    const long = new Date(Date.now() - 60_000);
    fs.utimesSync(file, long, long);
    expect(await result).toBe('mine');
  });

  it('is given back when the work fails', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(fs.existsSync(file)).toBe(false);
  });
});
