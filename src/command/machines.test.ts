// Against a real OpenSSH server on Linux; Windows' sftp-server is only modelled (src/lab/ssh/sftp.ts).
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { needs, toolPath } from '../../test/tools.ts';
import { home as homeAt, type Home } from '../core/home.ts';
import { HostPool } from '../hosts/pool.ts';
import { processesWith } from '../hosts/contract/openssh.ts';
import { newKeyPair } from '../hosts/key-pair.ts';
import { parseConnection } from './connection.ts';
import { copyToRemote } from './copy.ts';
import { Machines } from './machines.ts';
import { CommandProvider } from './provider.ts';
import { RemoteFiles } from './remote-files.ts';
import { startMachine, type Machine } from './testing/machine.ts';
import { urn } from './testing/plugin.ts';
import { fileAsset, secret, type Properties } from './wire.ts';

const type = urn('remote:Command');

needs('sshd').describe('a machine that a command is for', () => {
  let root: string;
  let home: Home;
  let machine: Machine;
  let machines: Machines;
  let provider: CommandProvider;
  const shown: string[] = [];
  beforeAll(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'examsite-machines-'));
    home = homeAt(path.join(root, 'home'));
    mkdirSync(home.enrolled, { recursive: true });
    machine = await startMachine(root, toolPath('sshd'));
    machines = new Machines(home, new HostPool({ home }));
    const show = (_urn: string, line: string): Promise<void> => Promise.resolve(void shown.push(line));
    provider = new CommandProvider(machines, { status: show, warn: show });
  });
  beforeEach(() => void shown.splice(0));
  afterAll(async () => {
    await provider.close();
    await machine.sshd.stop();
    rmSync(root, { recursive: true });
  });

  const to = (more: Properties): Properties => ({ ...machine.connection, dialErrorLimit: 0, ...more });
  const create = (command: string, connection = to({})) => provider.create(type, { create: command, connection });
  const stdout = async (made: Promise<{ outs?: unknown }>) => ((await made).outs as Properties)['stdout'];

  it('is refused without a host key, and says what to do', async () => {
    await expect(create('true', to({ hostKey: undefined }))).rejects.toThrow(
      "127.0.0.1 connection.hostKey: expected the machine's public host key, ssh-ed25519 AAAA…, got none",
    );
  });

  it('is refused with another host key, at once and without a word of ours', async () => {
    const begun = Date.now();
    const other = newKeyPair().public;
    await expect(create('true', to({ hostKey: other, dialErrorLimit: -1 }))).rejects.toThrow('host-key-changed');
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it('may have its key in known_hosts', async () => {
    const file = path.join(home.enrolled, 'known_hosts');
    writeFileSync(
      file,
      `# by hand\nother ssh-ed25519 AAAA\n[127.0.0.1]:${machine.sshd.port} ${machine.sshd.hostKey} x\n`,
    );
    expect(await stdout(create('echo there', to({ hostKey: undefined, user: to({})['user'] })))).toBe('there');
    rmSync(file);
  });

  it('named like a seat but not enrolled is never looked up', async () => {
    await expect(create('true', { ...to({ hostKey: undefined }), host: 'r301-s01' })).rejects.toThrow('not-enrolled');
  });

  it('has one connection for all its commands', async () => {
    const parents = await Promise.all([1, 2, 3, 4].map(() => stdout(create('echo $PPID'))));
    expect(new Set(parents).size).toBe(1);
  });

  it('is connected to again when the connection was cut', async () => {
    await create('true');
    await machine.sshd.dropSessions();
    expect(await stdout(create('echo again'))).toBe('again');
  });

  it('does not get a command that needs a variable which would not arrive', async () => {
    const made = provider.create(type, {
      create: `touch ${root}/ran`,
      connection: to({}),
      environment: { SECRET_NAME: 'x' },
    });
    await expect(made).rejects.toThrow('could not set environment variable "SECRET_NAME"');
    expect(existsSync(path.join(root, 'ran'))).toBe(false);
  });

  it('shows no secret: not in the log, not in the error', async () => {
    const key = String(machine.privateKey.split('\n')[2]);
    const inputs = { create: secret('echo "pass-word"; exit 1'), stdin: secret('stdin-secret'), connection: to({}) };
    const error = await provider.create(type, inputs).catch((thrown: unknown) => String(thrown));
    expect(error).toContain('Process exited with status 1');
    expect(JSON.stringify([error, shown])).not.toMatch(/stdin-secret/);
    const echoed = provider.create(type, {
      create: `cat; echo "${key}"; exit 1`,
      stdin: secret('stdin-secret'),
      connection: to({}),
    });
    const said = await echoed.catch((thrown: unknown) => String(thrown));
    expect(said).toContain('***');
    expect(JSON.stringify([said, shown])).not.toMatch(/stdin-secret/);
  });

  it('keeps the old file until the new one is whole, and nothing of one that was cut off', async () => {
    const file = path.join(root, 'kept');
    writeFileSync(file, 'old');
    const broken = Readable.from(
      (function* () {
        yield Buffer.alloc(100_000);
        throw new Error('the disk went away');
      })(),
    );
    const shell = machines.shell(parseConnection(to({})));
    await expect(shell.withFiles((sftp) => new RemoteFiles(sftp).put(broken, file))).rejects.toThrow('went away');
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(root).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('takes the place of what a killed copy left, follows links, and keeps the rights of the file', async () => {
    const [source, file, link] = ['source', 'real', 'link'].map((name) => path.join(root, name)) as [
      string,
      string,
      string,
    ];
    const content = Buffer.alloc(3_000_000, 'abc');
    writeFileSync(source, content);
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    writeFileSync(`${file}.examsite-partial`, 'left behind');
    symlinkSync(file, link);
    await copyToRemote(machines.shell(parseConnection(to({}))), { source: fileAsset(source, ''), remotePath: link });
    expect(createHash('sha256').update(readFileSync(link)).digest('hex')).toBe(
      createHash('sha256').update(content).digest('hex'),
    );
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(existsSync(`${file}.examsite-partial`)).toBe(false);
  });

  it('is given a copy of its own when the connection names another', async () => {
    const [source, file] = [path.join(root, 'source'), path.join(root, 'moved')];
    const inputs = { source: fileAsset(source, 'same'), remotePath: file, connection: to({}) };
    writeFileSync(source, 'x');
    await provider.update(
      'x',
      urn('remote:CopyToRemote'),
      { ...inputs, connection: { ...to({}), host: 'elsewhere' } },
      inputs,
    );
    expect(readFileSync(file, 'utf8')).toBe('x');
  });

  it('no longer runs a local command that was stopped', async () => {
    const mark = String(Date.now());
    const running = provider
      .create(urn('local:Command'), { create: `sleep ${mark}; true` })
      .catch((error: unknown) => String(error));
    await expect.poll(() => processesWith(mark).length).toBeGreaterThan(0);
    await provider.cancel();
    expect(await running).toContain('signal: SIGTERM');
    expect(processesWith(mark)).toEqual([]);
  });
});

it('a deprecated CopyFile names what to use instead', async () => {
  const home = homeAt(mkdtempSync(path.join(os.tmpdir(), 'examsite-home-')));
  const none = (): Promise<void> => Promise.resolve();
  const provider = new CommandProvider(new Machines(home, new HostPool({ home })), { status: none, warn: none });
  const inputs = { connection: { host: 'h' }, localPath: 'a', remotePath: 'b' };
  const { failures } = await provider.check(urn('remote:CopyFile'), {}, inputs);
  expect(failures?.[0]?.reason).toContain('expected remote.CopyToRemote');
  rmSync(home.root, { recursive: true });
});
