// Does not prove what commands do: only that the real engine uses this plugin for @pulumi/command, and what it makes of its answers.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs, toolPath } from '../../test/tools.ts';
import { packageRoot } from '../core/home.ts';
import { startMachine, type Machine } from './testing/machine.ts';

const program = `
import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import * as command from '@pulumi/command';
const { connection, trigger, create, source } = JSON.parse(readFileSync('../wanted.json', 'utf8'));
const made = new command.remote.Command('made', { connection, create, delete: 'echo gone >> log', triggers: [trigger] });
new command.remote.CopyToRemote('copied', { connection, source: new pulumi.asset.FileAsset(source), remotePath: process.env.REMOTE_COPY });
export const stdout = made.stdout;
`;
const project = {
  name: 'site',
  main: 'stacks/program.mjs',
  runtime: { name: 'nodejs', options: { typescript: false } },
  plugins: { providers: [{ name: 'command', path: import.meta.dirname }] },
};

needs('pulumi', 'sshd').describe('the engine', () => {
  let root: string;
  let machine: Machine;
  beforeAll(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'examsite-engine-'));
    machine = await startMachine(root, toolPath('sshd'));
    for (const folder of ['state', 'stacks']) mkdirSync(path.join(root, folder));
    symlinkSync(path.join(packageRoot, 'node_modules'), path.join(root, 'node_modules'));
    writeFileSync(path.join(root, 'Pulumi.yaml'), JSON.stringify(project));
    writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(path.join(root, 'stacks', 'program.mjs'), program);
    writeFileSync(path.join(root, 'sent.txt'), 'sent');
  });
  afterAll(async () => {
    await machine.sshd.stop();
    rmSync(root, { recursive: true });
  });

  const pulumi = (...words: string[]) =>
    execa(toolPath('pulumi'), [...words, '--non-interactive'], {
      cwd: root,
      reject: false,
      all: true,
      env: {
        HOME: root,
        PULUMI_HOME: path.join(root, 'home'),
        PULUMI_BACKEND_URL: `file://${root}/state`,
        PULUMI_CONFIG_PASSPHRASE: 'x',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        EXAMSITE_HOME: root,
        REMOTE_COPY: path.join(root, 'copied.txt'),
      },
    });
  const up = async (more: Record<string, unknown> = {}): Promise<string> => {
    const log = path.join(root, 'log');
    const wanted = {
      connection: machine.connection,
      trigger: 1,
      create: `echo made >> ${log}; echo made`,
      source: '../sent.txt',
      ...more,
    };
    writeFileSync(path.join(root, 'wanted.json'), JSON.stringify(wanted).replaceAll('>> log', `>> ${log}`));
    return (await pulumi('up', '--yes', '--skip-preview', '--suppress-outputs')).all;
  };
  const logged = (): string => readFileSync(path.join(root, 'log'), 'utf8');

  it('uses this plugin, replaces on a trigger only, and keeps secrets and paths out of state', async () => {
    await pulumi('stack', 'init', 'dev');
    expect(await up({ connection: { ...machine.connection, hostKey: undefined } })).toContain(
      'connection.hostKey: expected',
    );

    expect(await up()).toContain('2 created');
    expect(readFileSync(path.join(root, 'copied.txt'), 'utf8')).toBe('sent');
    expect(await up()).toContain('3 unchanged');
    expect(await up({ trigger: 2 })).toContain('1 replaced');
    expect(logged()).toBe('made\nmade\n');

    const state = states(path.join(root, 'state')).join('');
    expect(state).toContain('"../sent.txt"');
    expect(state).not.toContain(machine.privateKey.split('\n')[2]);
    expect((await pulumi('destroy', '--yes', '--skip-preview')).all).toContain('deleted');
  }, 180_000);
});

const states = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
