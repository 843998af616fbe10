// Does not prove anything about Windows, where there are no signals and a console sends Ctrl-C to all of its processes.
import { execa } from 'execa';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs, toolPath } from '../test/tools.ts';
import { root } from './packages.mjs';
import { temporaryFolder } from './testing.ts';

/** Says when it is ready, counts the Ctrl-Cs of half a second from the first one on, and ends with the count. */
const counting = `
  let count = 0;
  process.on('SIGINT', () => {
    if (count++ === 0) setTimeout(() => process.exit(40 + count), 500);
  });
  console.log('ready');
  setTimeout(() => {}, 15_000);`;

const run = path.join(root, 'engine/run.mjs');

function script(body: string): string {
  const file = path.join(temporaryFolder(), 'script.ts');
  fs.writeFileSync(file, body);
  return path.relative(root, file);
}

function start(file: string, ...args: string[]) {
  return execa(process.execPath, [run, file, ...args], { reject: false, buffer: true });
}

async function ready(child: ReturnType<typeof start>): Promise<void> {
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

describe('a script that is handed over to', () => {
  it('gets its arguments as they are, and its exit code is the command’s', async () => {
    const file = script(
      'const args: string[] = process.argv.slice(2); console.log(JSON.stringify(args)); process.exitCode = 7;',
    );
    const { stdout, exitCode } = await start(file, '--json', 'a b', '$HOME', '');
    expect(JSON.parse(stdout)).toEqual(['--json', 'a b', '$HOME', '']);
    expect(exitCode).toBe(7);
  });

  it('is ended by what ends the command, and the command ends by the same signal', async () => {
    const child = start(script("console.log('ready', process.pid); setTimeout(() => {}, 15_000);"));
    await ready(child);
    child.kill('SIGTERM');
    const { signal, stdout } = await child;
    expect(signal).toBe('SIGTERM');
    expect(() => process.kill(Number(stdout.split(' ')[1]), 0)).toThrow('ESRCH');
  });

  it('hears once of an interrupt that is sent to the command alone', async () => {
    const child = start(script(counting));
    await ready(child);
    child.kill('SIGINT');
    expect((await child).exitCode).toBe(41);
  });

  it('adds less than 0.3 s to a start', async () => {
    const file = script('');
    let [bare, direct, through] = [Infinity, Infinity, Infinity];
    // The least of some tries; and where the machine is so busy that Node itself takes long to start, five starts of Node.
    const allowed = () => Math.max(300, 5 * bare);
    for (let tries = 0; tries < 5 && !(through - direct < allowed()); tries += 1) {
      bare = Math.min(bare, await timed(['--eval', '']));
      direct = Math.min(direct, await timed([path.join(root, file)]));
      through = Math.min(through, await timed([run, file]));
    }
    expect(through - direct).toBeLessThan(allowed());
  }, 60_000);
});

/** How long Node takes with these arguments, in milliseconds. */
async function timed(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  await execa(process.execPath, args);
  return performance.now() - begin;
}

/** Starts a command on a terminal of its own, presses Ctrl-C once it is ready, and ends as the command does. */
const onTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b''
while b'ready' not in seen:
    seen += os.read(terminal, 1024)
os.write(terminal, b'\\x03')
try:
    while os.read(terminal, 1024):
        pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

needs('python3').describe('on a terminal', () => {
  it('Ctrl-C reaches the script once, though the terminal sends it to both', async () => {
    const { exitCode } = await execa(toolPath('python3'), ['-c', onTerminal, process.execPath, run, script(counting)], {
      reject: false,
    });
    expect(exitCode).toBe(41);
  });
});
