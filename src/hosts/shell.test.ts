// Against a real sshd with Linux behind it; how Windows' sshd runs a command line is only modelled (src/lab/ssh/cmd.ts).
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs, toolPath } from '../../test/tools.ts';
import { home as homeAt } from '../core/home.ts';
import { currentUser, Sshd } from './contract/openssh.ts';
import { changeEnrolled } from './enrolled.ts';
import { ensureIdentity } from './identity.ts';
import { HostPool } from './pool.ts';
import type { RemoteShell } from './shell.ts';
import { TestRoom } from './testing/room.ts';

const pc = 'r301-s01';

needs('sshd').describe('a command over OpenSSH', () => {
  let root: string;
  let sshd: Sshd;
  let pool: HostPool;
  let shell: RemoteShell;
  beforeEach(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'examsite-shell-'));
    const folder = path.join(root, 'sshd');
    mkdirSync(folder);
    const home = homeAt(path.join(root, 'home'));
    const authorizedKey = ensureIdentity(home).publicKey;
    const settings = ['Subsystem sftp internal-sftp'];
    sshd = await Sshd.start({ folder, sshd: toolPath('sshd'), authorizedKey, env: { EXAMSITE: 'test' }, settings });
    const { port, hostKey } = sshd;
    const mac = '02:00:00:00:00:01';
    const host = { address: '127.0.0.1', hostKey, mac, machineId: 'x', platform: 'linux' } as const;
    const room = { room: '301', network: 'lan', user: currentUser(), subnet: '127.0.0.1/32' } as const;
    await changeEnrolled(home, '301', () => ({ ...room, port, depot: 'http://127.0.0.1/', hosts: { [pc]: host } }));
    pool = new HostPool({ home, timing: { absentMs: 0 } });
    shell = pool.session(pc);
  });
  afterEach(async () => {
    await pool.close();
    await sshd.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('gives its streams apart and its exit code, and an exit code is no error', async () => {
    expect(await shell.exec('echo 输出; echo error >&2; exit 3')).toEqual({
      exitCode: 3,
      signal: null,
      stdout: '输出\n',
      stderr: 'error\n',
    });
  });

  it('gets its input to the last byte and then its end', async () => {
    const stdin = '中'.repeat(100_000);
    expect((await shell.exec('cat', { stdin })).stdout).toBe(stdin);
    expect((await shell.exec('cat')).stdout).toBe('');
  });

  it('says which signal ended it', async () => {
    expect(await shell.exec('kill -TERM $$')).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });

  it('shows its output as it comes', async () => {
    const pieces: string[] = [];
    await shell.exec('echo one; sleep 0.2; echo two', { onStdout: (chunk) => pieces.push(String(chunk)) });
    expect(pieces).toEqual(['one\n', 'two\n']);
  });

  it('shares the connection of the agent, and waits its turn behind others', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, () => shell.exec('echo $PPID')));
    expect(new Set(results.map(({ exitCode }) => exitCode))).toEqual(new Set([0]));
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
  });

  it('is given up when it takes too long', async () => {
    const error = shell.exec('sleep 30', { timeoutSec: 0.2 });
    await expect(error).rejects.toMatchObject({ code: 'request-timeout', mayHaveHappened: true });
  });

  it('is not repeated when the session dies under it', async () => {
    const marker = path.join(root, 'runs');
    const running = shell.exec(`echo run >> ${marker}; sleep 30`);
    const outcome = expect(running).rejects.toMatchObject({ code: 'session-lost', mayHaveHappened: true });
    await expect.poll(() => readFileSync(marker, { encoding: 'utf8', flag: 'a+' }), { timeout: 5_000 }).toBe('run\n');
    await sshd.dropSessions();
    await outcome;
    expect(readFileSync(marker, 'utf8')).toBe('run\n');
  });

  it('copies bytes, files and folders, and makes the folders above them', async () => {
    const local = path.join(root, 'local');
    mkdirSync(path.join(local, 'inner'), { recursive: true });
    writeFileSync(path.join(local, 'a.txt'), 'a');
    writeFileSync(path.join(local, 'inner', '中.txt'), Buffer.alloc(300_000, 'b'));
    const far = path.join(root, 'far');
    await shell.copy(Buffer.from('bytes'), path.join(far, 'deep', 'bytes'));
    await shell.copy(path.join(local, 'a.txt'), path.join(far, 'one', 'a'));
    await shell.copy(local, path.join(far, 'all'));
    expect(readFileSync(path.join(far, 'deep', 'bytes'), 'utf8')).toBe('bytes');
    expect(readFileSync(path.join(far, 'one', 'a'), 'utf8')).toBe('a');
    expect(readFileSync(path.join(far, 'all', 'inner', '中.txt'))).toHaveLength(300_000);
  });

  it('names the file that could not be copied', async () => {
    writeFileSync(path.join(root, 'plain'), '');
    const copying = shell.copy(Buffer.from('x'), path.join(root, 'plain', 'below'));
    await expect(copying).rejects.toThrow(path.join(root, 'plain', 'below'));
  });
});

describe('a command on a machine that hangs', () => {
  let room: TestRoom;
  beforeEach(() => (room = new TestRoom()));
  afterEach(() => room.end());

  it('ends when the line is found dead', async () => {
    const server = await room.server(2);
    await room.enrol({ [pc]: { hostKey: server.hostKey, last: 2 } });
    const shell = room.pool({ keepaliveMs: 50 }).session(pc);
    server.script.exec = () => setTimeout(() => server.silence(), 20);
    await expect(shell.exec('anything')).rejects.toMatchObject({ code: 'session-lost', mayHaveHappened: true });
  });

  it('is heard to its end when it is over in no time, with all 32 bits of its exit code', async () => {
    const server = await room.server(2);
    await room.enrol({ [pc]: { hostKey: server.hostKey, last: 2 } });
    server.script.exec = (_command, stream) => {
      stream.exit(0xc000013a);
      stream.close();
    };
    expect(await room.pool().session(pc).exec('anything')).toMatchObject({ exitCode: 3221225786 });
  });
});
