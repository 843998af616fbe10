// Does not prove that a real agent answers like this; src/hosts has one contract suite for all of them.
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../../core/primitives.ts';
import { type Case, check } from './case.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const write = (path: string, text: string): Call => ({ name: 'file.write', args: { path, base64: base64(text) } });

const registry: readonly Case[] = [
  {
    name: 'an absent key is no error',
    call: { name: 'registry.read', args: { key: 'HKLM\\SOFTWARE\\Nothing' } },
    gives: { exists: false, values: {}, subkeys: [] },
  },
  {
    name: 'names and keys are found whatever their case, in the long form of the hive too',
    call: {
      name: 'registry.read',
      args: { key: 'HKEY_LOCAL_MACHINE\\software\\MICROSOFT\\internet explorer', names: ['SVCVERSION'] },
    },
    gives: { exists: true, values: { svcVersion: { type: 'REG_SZ', data: '11.789.19041.0' } }, subkeys: [] },
  },
  {
    name: 'Windows 7 has no release id',
    machine: { os: 'win7' },
    call: {
      name: 'registry.read',
      args: {
        key: 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
        names: ['CurrentBuild', 'ReleaseId', 'UBR'],
      },
    },
    gives: { values: { CurrentBuild: { type: 'REG_SZ', data: '7601' } } },
  },
  {
    name: 'deleting a value that is not there writes nothing',
    call: { name: 'registry.write', args: { key: 'HKLM\\SOFTWARE\\examsite', name: 'x', value: null } },
    gives: {},
    writes: 0,
  },
  {
    name: 'a hive that does not exist is a bad request',
    call: { name: 'registry.read', args: { key: 'HKXX\\y' } },
    refuses: 'bad-request',
  },
  {
    name: 'deleting a key takes all below it',
    before: [
      {
        name: 'registry.write',
        args: { key: 'HKLM\\SOFTWARE\\a\\b', name: 'v', value: { type: 'REG_MULTI_SZ', data: ['1', '2'] } },
      },
      { name: 'registry.delete', args: { key: 'HKLM\\SOFTWARE\\A' } },
    ],
    call: { name: 'registry.read', args: { key: 'HKLM\\SOFTWARE\\a\\b' } },
    gives: { exists: false, values: {}, subkeys: [] },
  },
];

const mine: Call = {
  name: 'registry.find',
  args: { pattern: 'HKU\\*\\Keyboard Layout\\Preload', names: ['1'] },
};
const preload = { values: { '1': { type: 'REG_SZ', data: '00000804' } } };

const hives: readonly Case[] = [
  {
    name: 'every account with a profile is found, logged on or not; those that have never been logged on are not',
    call: mine,
    gives: { keys: [expect.objectContaining(preload), expect.objectContaining(preload)] },
    writes: 0,
  },
  {
    name: 'a profile whose hive was deleted has none',
    before: [{ name: 'file.delete', args: { path: 'C:\\Users\\examsite' } }],
    call: mine,
    gives: { keys: [expect.objectContaining(preload)] },
  },
  {
    name: 'of HKU itself Windows shows who is logged on, which is whom Winlogon was told to',
    call: { name: 'registry.read', args: { key: 'HKU' } },
    gives: { subkeys: [expect.stringMatching(/^S-1-5-21-\d+-\d+-\d+-1001$/)] },
  },
  {
    name: 'WMI names the accounts by their SIDs',
    call: {
      name: 'cim.query',
      args: {
        namespace: 'root\\cimv2',
        class: 'Win32_UserAccount',
        properties: ['Name', 'SID', 'Disabled'],
        filter: 'LocalAccount=TRUE',
      },
    },
    gives: {
      rows: [
        { Name: 'Administrator', SID: expect.stringMatching(/-500$/) as string, Disabled: true },
        expect.objectContaining({ Name: 'Guest', Disabled: true }),
        expect.objectContaining({ Name: 'exam', Disabled: false }),
        expect.objectContaining({ Name: 'examsite', Disabled: false }),
      ],
    },
  },
];

const files: readonly Case[] = [
  {
    name: 'a file written is read back',
    before: [write('C:\\dir\\中文.txt', '你好')],
    call: { name: 'file.read', args: { path: 'c:/DIR/中文.TXT' } },
    gives: { base64: base64('你好') },
    writes: 0,
  },
  {
    name: 'its parent is a folder',
    before: [write('C:\\dir\\a.txt', 'x')],
    call: { name: 'file.stat', args: { path: 'C:\\DIR' } },
    gives: { exists: true, isDirectory: true, size: 0, version: null, sha256: null },
  },
  { name: 'an absent file cannot be read', call: { name: 'file.read', args: { path: 'C:\\x' } }, refuses: 'not-found' },
  {
    name: 'a path without a drive is a bad request',
    call: { name: 'file.stat', args: { path: 'x' } },
    refuses: 'bad-request',
  },
  {
    name: 'a list has what fits, sorted, and nothing from below',
    before: [
      write('C:\\d\\b.txt', ''),
      write('C:\\d\\A.TXT', ''),
      write('C:\\d\\e\\c.txt', ''),
      write('C:\\d\\f.log', ''),
    ],
    call: { name: 'file.list', args: { path: 'C:\\d', match: '*.txt' } },
    gives: { names: ['A.TXT', 'b.txt'] },
  },
  {
    name: 'a wildcard stands for one folder, not for two',
    before: [write('C:\\Users\\a\\x\\f.exe', ''), write('C:\\Users\\b\\y\\x\\f.exe', '')],
    call: { name: 'file.find', args: { pattern: 'C:\\Users\\*\\x\\f*.exe' } },
    gives: { files: [expect.objectContaining({ path: 'C:\\Users\\a\\x\\f.exe' })] },
  },
  {
    name: 'the PATH is the one in the registry, in its order',
    before: [
      write('C:\\one\\t.exe', ''),
      write('C:\\two\\t.exe', ''),
      {
        name: 'registry.write',
        args: {
          key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment',
          name: 'Path',
          value: { type: 'REG_EXPAND_SZ', data: '%SystemRoot%;C:\\two\\;"C:\\one"' },
        },
      },
    ],
    call: { name: 'path.find', args: { name: 't.exe' } },
    gives: {
      files: [expect.objectContaining({ path: 'C:\\two\\t.exe' }), expect.objectContaining({ path: 'C:\\one\\t.exe' })],
    },
  },
  {
    name: 'an archive lands in its folder',
    before: [
      {
        name: 'file.write',
        args: { path: 'C:\\a.zip', base64: Buffer.from(zipSync({ 'd/x.txt': Buffer.from('x') })).toString('base64') },
      },
    ],
    call: { name: 'archive.extract', args: { path: 'C:\\a.zip', to: 'C:\\to' } },
    gives: { files: 1 },
  },
  {
    name: 'an archive may not leave its folder',
    before: [
      {
        name: 'file.write',
        args: { path: 'C:\\a.zip', base64: Buffer.from(zipSync({ '../x.txt': Buffer.from('x') })).toString('base64') },
      },
    ],
    call: { name: 'archive.extract', args: { path: 'C:\\a.zip', to: 'C:\\to' } },
    refuses: 'bad-request',
    writes: 0,
  },
  {
    name: 'what is no archive is not unpacked',
    before: [write('C:\\a.zip', 'no')],
    call: { name: 'archive.extract', args: { path: 'C:\\a.zip', to: 'C:\\to' } },
    refuses: 'failed',
  },
];

describe.each([
  ['registry', registry],
  ['hives', hives],
  ['files', files],
])('%s', (_family, cases) => {
  test.each(cases)('$name', check);
});
