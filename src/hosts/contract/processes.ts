/** Programs. */
import { describe, expect, inside, it, refused, run } from './subject.ts';
import type { Family } from './subject.ts';

/** Whatever a shell, CreateProcess or the C runtime could trip over. */
const awkward: readonly (readonly [string, readonly string[]])[] = [
  ['a blank', ['one two', ' ']],
  ['an empty one', ['', 'a', '']],
  ['quotes', ['"', 'say "hi"', "it's", '""']],
  ['backslashes', ['C:\\a b\\', 'a\\\\"b', '\\', '\\\\server\\share\\']],
  ['what a shell expands', ['$HOME', '%PATH%', '*', '`id`', '$(id)', ';', '&', '|', '>x', '!x', '^']],
  ['what looks like an option', ['--', '-c', '/q']],
  ['other languages', ['考试', 'é', '\u{1f4bb}']],
  ['a tab and a line break', ['a\tb', 'a\nb']],
];

export const processes: Family = (get) => {
  describe('programs', () => {
    it.each(awkward)('get their arguments unchanged: %s', async (_, args) => {
      const { stdout, exitCode } = await run(get(), get().programs.echo, { args });
      expect(JSON.parse(stdout)).toEqual({ args, stdin: '' });
      expect(exitCode).toBe(0);
    });

    it('get their input, and its end', async () => {
      const stdin = '第一行\nsecond "line"\n';
      const { stdout } = await run(get(), get().programs.echo, { stdin });
      expect(JSON.parse(stdout)).toEqual({ args: [], stdin });
    });

    it('may have much to say and much to hear at once', async () => {
      const stdin = 'x'.repeat(200_000);
      const { stdout } = await run(get(), get().programs.echo, { stdin });
      expect((JSON.parse(stdout) as { stdin: string }).stdin).toHaveLength(stdin.length);
    });

    it('are cut at 256 KiB a stream, and still end', async () => {
      const { stdout, exitCode } = await run(get(), get().programs.echo, { stdin: 'x'.repeat(400_000) });
      expect(stdout).toHaveLength(256 * 1024);
      expect(exitCode).toBe(0);
    });

    it('end with a code that is data', async () => {
      const result = await run(get(), get().programs.fails);
      expect(result.exitCode).toBe(3);
      expect(result.stdout.trim()).toBe('out');
      expect(result.stderr.trim()).toBe('err');
    });

    it('fail with all they said where another code was expected', async () => {
      const detail = await refused(run(get(), get().programs.fails, { expectExit: [0, 3010] }), 'failed');
      expect(detail).toMatchObject({ exitCode: 3 });
      expect(detail['stdout']).toContain('out');
      expect(detail['stderr']).toContain('err');
      expect((await run(get(), get().programs.fails, { expectExit: [3] })).exitCode).toBe(3);
    });

    it('are not found where there are none', async () => {
      const exe = inside(get(), 'no-such-program.exe');
      await refused(get().host.call('process.run', { exe, args: [], timeoutSec: 5 }), 'not-found');
    });

    it('are ended when their time is over, with the processes they started', async () => {
      const started = Date.now();
      await refused(run(get(), get().programs.hangs, { timeoutSec: 1 }), 'timeout');
      expect(Date.now() - started).toBeLessThan(15_000);
      // A process that was killed is still listed for a moment.
      await expect.poll(async () => (await get().leftovers?.()) ?? []).toEqual([]);
    });

    it('are listed by name, sorted, once each', async () => {
      const { names } = await get().host.call('process.list', {});
      expect(names.length).toBeGreaterThan(0);
      expect(names).toEqual([...new Set(names)].sort());
    });
  });
};
