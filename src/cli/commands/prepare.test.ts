// Does not prove that Windows PowerShell runs the script as meant: it parses, keeps to the agent's rules, and the kit around it is whole.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { UserError } from '../../core/errors.ts';
import type { Home } from '../../core/home.ts';
import { lint, powershell } from '../../hosts/windows/lint.ts';
import { scratchHome } from '../../inventory/testing-disk.ts';
import { script } from '../prepare-kit.ts';
import { prepareCommand } from './prepare.ts';

async function prepare(home: Home, ...args: string[]) {
  const results: unknown[] = [];
  const notes: string[] = [];
  const program = new Command().exitOverride();
  const [print, note] = [() => undefined, (text: string) => notes.push(text)];
  prepareCommand(program, { home, lang: 'en', json: false, print, note, result: (value) => results.push(value) });
  const out = path.join(home.root, 'stick');
  await program.parseAsync(['node', 'examsite', 'prepare', '--out', out, ...args]);
  const file = (name: string): string => readFileSync(path.join(out, name), 'utf8');
  return { out, notes, results, file, names: readdirSync(out).toSorted() };
}

const complete = ['sshd.exe', 'install-sshd.ps1', 'uninstall-sshd.ps1', 'sshd_config_default'];
function zipWith(home: Home, names: readonly string[]): string {
  const file = path.join(home.root, 'OpenSSH-Win64.zip');
  const entries = names.map((name) => [`OpenSSH-Win64/${name}`, strToU8(name)] as const);
  writeFileSync(file, zipSync(Object.fromEntries(entries)));
  return file;
}

function writeSite(home: Home, text: string): void {
  mkdirSync(home.inventories, { recursive: true });
  writeFileSync(path.join(home.inventories, 'site.yaml'), text);
}

describe('the kit', () => {
  it('holds what a PC needs, and the public half of the key only', async () => {
    const home = scratchHome();
    const kit = await prepare(home);
    expect(kit.names).toEqual([
      ...['README.txt', 'examsite.pub', 'prepare-pc.cmd', 'prepare-pc.ps1', 'settings.txt', 'texts.en.txt'],
      ...['texts.zh.txt', '说明.txt'],
    ]);
    expect(kit.file('examsite.pub')).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ examsite\n$/);
    expect(kit.names.map(kit.file).join('\n')).not.toContain('PRIVATE KEY');
    expect(kit.file('settings.txt')).toBe('user=examsite\r\nport=22\r\ncreateAccount=no\r\nopensshSha256=\r\n');
    expect(kit.notes).toHaveLength(1);
  });

  it('takes account and port from the site, and says which archive it brings', async () => {
    const home = scratchHome();
    const site = 'site: X\ndepot: http://10.30.1.250/\nssh: { user: kaoshi, port: 2222 }\n';
    writeSite(home, site);
    const zip = zipWith(home, complete);
    const kit = await prepare(home, '--openssh-zip', zip, '--create-account');
    const sha256 = createHash('sha256').update(readFileSync(zip)).digest('hex');
    expect(kit.file('settings.txt').split('\r\n')).toEqual([
      ...['user=kaoshi', 'port=2222', 'createAccount=yes', `opensshSha256=${sha256}`, ''],
    ]);
    expect(readFileSync(path.join(kit.out, 'openssh.zip'))).toEqual(readFileSync(zip));
    expect(kit.notes).toEqual([]);
  });

  it('is the same when made again, and leaves what the PCs wrote on the stick', async () => {
    const home = scratchHome();
    const first = await prepare(home);
    const before = first.names.map(first.file);
    writeFileSync(path.join(first.out, 'prepared.csv'), 'seat,computer,mac,address,row,column\r\n');
    const second = await prepare(home);
    expect(second.names).toEqual([...first.names, 'prepared.csv'].toSorted());
    expect(first.names.map(second.file)).toEqual(before);
  });

  it('ends its lines as cmd.exe and Notepad of Windows 7 need it', async () => {
    const kit = await prepare(scratchHome());
    const bare = kit.names.filter((name) => name !== 'examsite.pub' && /[^\r]\n/.test(kit.file(name)));
    expect(bare).toEqual([]);
    expect(kit.file('说明.txt')).toMatch(/^\uFEFF/);
  });
});

describe('what it refuses', () => {
  const problem = async (work: Promise<unknown>): Promise<string[]> => {
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).problems.map(({ code, got }) => `${code} ${got}`);
  };

  it.each([
    ['an archive that lacks a part', ['sshd.exe', 'install-sshd.ps1'], 'uninstall-sshd.ps1, sshd_config_default'],
    ['the source code of OpenSSH', ['sshd.c'], complete.join(', ')],
  ])('%s', async (_, names, missing) => {
    const home = scratchHome();
    expect(await problem(prepare(home, '--openssh-zip', zipWith(home, names)))).toEqual([
      `PRE002 an archive without ${missing}`,
    ]);
  });

  it('a file that is no archive, and one that is not there', async () => {
    const home = scratchHome();
    const file = path.join(home.root, 'x.zip');
    writeFileSync(file, 'not found');
    expect(await problem(prepare(home, '--openssh-zip', file))).toEqual(['PRE002 no zip archive']);
    expect(await problem(prepare(home, '--openssh-zip', `${file}.gone`))).toEqual(['PRE003 ENOENT']);
  });

  it('an account that Windows cannot have, and a site.yaml with a fault', async () => {
    const home = scratchHome();
    writeSite(home, 'site: X\ndepot: http://10.30.1.250/\nssh: { user: "a b" }\n');
    expect(await problem(prepare(home))).toEqual(['PRE001 a b']);
    writeSite(home, 'site: X\n');
    expect(await problem(prepare(home))).toEqual([expect.stringContaining('INV006')]);
  });
});

describe('prepare-pc.ps1', () => {
  let parser: Parser;
  beforeAll(async () => {
    parser = await powershell();
  });

  it('parses, calls only what every PC has, and builds no command from text', () => {
    expect(lint(parser, script())).toEqual([]);
  });

  it('asks for PowerShell 5.1 before it uses what 2.0 does not know', () => {
    const source = script();
    const asked = source.indexOf("'needsPowerShell'");
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(source.indexOf('Set-StrictMode'));
  });

  it('looks for a closed card before it writes anything', () => {
    const main = script().slice(script().indexOf('Set-StrictMode'));
    const order = ['Assert-CanPrepare', 'Save-Before', 'Confirm-Account', 'Install-OpenSsh', 'Add-Key', 'Start-Sshd'];
    expect(order.map((name) => main.indexOf(name))).toEqual(
      order.map((name) => main.indexOf(name)).toSorted((a, b) => a - b),
    );
    expect(main.indexOf('Assert-CanPrepare')).toBeGreaterThan(0);
  });

  it('has every text in both languages, and no others', async () => {
    const kit = await prepare(scratchHome());
    const keys = (name: string): string[] => [...kit.file(name).matchAll(/^(\w+)=/gm)].map(([, key]) => key ?? '');
    const said = /(?:Write-Done|Write-Change|Write-Problem|Stop-Here|Get-Words) '(\w+)'/g;
    const used = [...new Set([...script().matchAll(said)].map(([, key]) => key ?? ''))];
    expect(keys('texts.en.txt').toSorted()).toEqual(used.toSorted());
    expect(keys('texts.zh.txt')).toEqual(keys('texts.en.txt'));
  });
});
