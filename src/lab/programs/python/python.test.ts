// Does not prove that pip or CPython behave so, nor that a real package imports: the wheels are stand-ins (see wheels.test.ts for their form).
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seal } from '../../packages/format.ts';
import { preinstall } from '../../packages/preinstall.ts';
import { damageFile, removePackage, replacePackage } from '../../packages/tamper.ts';
import { vcRedist } from '../../packages/python.ts';
import { buildWheel } from '../../packages/wheels.ts';
import type { Pc } from '../../pc/pc.ts';
import { put, run, snapshot, stage, testPc } from '../testing.ts';

const exe = 'C:\\Python37\\python.exe';
const site = 'C:\\Python37\\Lib\\site-packages';
const wheelhouse = `${stage}\\wheels`;
const pins = {
  requests: '2.26.0',
  urllib3: '1.26.20',
  idna: '3.10',
  certifi: '2026.10.18',
  'charset-normalizer': '2.0.12',
  lxml: '4.6.3',
};

function pc(wheels: Readonly<Record<string, string>> = pins): Pc {
  const machine = testPc();
  preinstall(machine, { product: 'python', version: '3.7.9', folder: 'C:\\Python37' });
  for (const [name, version] of Object.entries(wheels)) {
    const { file, content } = buildWheel(name, version);
    put(machine, `${wheelhouse}\\${file}`, content);
  }
  return machine;
}

const hashOf = (name: string, version: string): string =>
  createHash('sha256').update(buildWheel(name, version).content).digest('hex');
const lockText = (wheels: Readonly<Record<string, string>> = pins): string =>
  Object.entries(wheels)
    .map(([name, version]) => `${name}==${version} \\\n    --hash=sha256:${hashOf(name, version)}\n`)
    .join('');

const install = (machine: Pc, text = lockText(), ...more: string[]) =>
  run(
    machine,
    exe,
    '-m',
    'pip',
    'install',
    '--no-index',
    '--find-links',
    wheelhouse,
    '--no-deps',
    '-r',
    put(machine, 'lock.txt', text),
    ...more,
  );

const versions = async (machine: Pc): Promise<Record<string, string>> => {
  const { stdout } = await run(machine, exe, '-m', 'pip', 'list', '--format=json', '--disable-pip-version-check');
  const list = JSON.parse(stdout) as { name: string; version: string }[];
  return Object.fromEntries(list.map(({ name, version }) => [name, version]));
};

interface Probed {
  version: string;
  bits: number;
  distributions: Record<string, string>;
  imports: Record<string, string | null>;
  damaged: Record<string, string[]>;
}
type Names = Readonly<Record<string, string>>;
async function probe(machine: Pc, imports: Names, rest: Names = {}): Promise<Probed> {
  const script = '# examsite-probe: python-1\nprint("what CPython would run")\n';
  const { stdout, exitCode } = await machine.run(exe, ['-I', '-B', '-', JSON.stringify({ imports, rest })], script);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Probed;
}

describe('pip', () => {
  it('installs a hashed lock, and finds it satisfied the second time', async () => {
    const machine = pc();
    const first = await install(machine);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toContain('Successfully installed requests-2.26.0 urllib3-1.26.20 idna-3.10');
    expect(await versions(machine)).toEqual({ ...pins, pip: '20.1.1', setuptools: '47.1.0' });
    const before = snapshot(machine);
    const again = await install(machine);
    expect(again.stdout).toContain('Requirement already satisfied: requests==2.26.0');
    expect(again.stdout).not.toContain('Successfully installed');
    expect(snapshot(machine)).toEqual(before);
  });

  it('replaces another version and leaves no file of it', async () => {
    const machine = pc();
    replacePackage(machine, 'requests', '2.31.0');
    await install(machine);
    expect((await versions(machine))['requests']).toBe('2.26.0');
    expect(machine.files.list(site).filter((name) => name.startsWith('requests'))).toEqual([
      'requests',
      'requests-2.26.0.dist-info',
    ]);
  });

  it('uninstalls what it installed, so that site-packages is as it was', async () => {
    const machine = pc();
    const before = snapshot(machine);
    await install(machine);
    const { exitCode, stdout, stderr } = await run(
      machine,
      exe,
      '-m',
      'pip',
      'uninstall',
      '-y',
      ...Object.keys(pins),
      'flask',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Successfully uninstalled requests-2.26.0');
    expect(stderr).toBe('WARNING: Skipping flask as it is not installed.\r\n');
    expect(snapshot(machine)).toEqual(before);
  });

  it('runs from Scripts too', async () => {
    const machine = pc();
    expect((await run(machine, 'C:\\Python37\\Scripts\\pip.exe', '--version')).stdout).toMatch(/^pip 20\.1\.1 from /);
  });

  it('names what a distribution needs and has not got', async () => {
    const machine = pc();
    await install(machine);
    expect((await run(machine, exe, '-m', 'pip', 'check')).stdout).toBe('No broken requirements found.\r\n');
    removePackage(machine, 'idna');
    const broken = await run(machine, exe, '-m', 'pip', 'check');
    expect(broken).toMatchObject({ exitCode: 1, stdout: 'requests 2.26.0 requires idna, which is not installed.\r\n' });
  });

  it('puts what a wheel brings as data beside python.exe, and takes it away again', async () => {
    const wheels = { 'msvc-runtime': '14.29.30133' };
    const machine = pc(wheels);
    const before = snapshot(machine);
    await install(machine, lockText(wheels));
    expect(machine.files.read('C:\\Python37\\msvcp140.dll')).toBeDefined();
    await run(machine, exe, '-m', 'pip', 'uninstall', '-y', 'msvc-runtime');
    expect(snapshot(machine)).toEqual(before);
  });

  const wheel = buildWheel('requests', '2.26.0');
  const bad: [string, (machine: Pc) => string, number, string][] = [
    [
      'a wheel that is missing',
      () => 'requests==2.25.0\n',
      1,
      'No matching distribution found for requests==2.25.0 (from -r',
    ],
    [
      'a wheel for another Python',
      (machine) => {
        const other = buildWheel('lxml', '4.9.0');
        put(machine, `${wheelhouse}\\${other.file.replaceAll('cp37', 'cp39')}`, other.content);
        return 'lxml==4.9.0\n';
      },
      1,
      'No matching distribution found for lxml==4.9.0',
    ],
    [
      'a wheel with another hash',
      () => `requests==2.26.0 --hash=sha256:${'0'.repeat(64)}\n`,
      1,
      'DO NOT MATCH THE HASHES',
    ],
    [
      'one hash missing among hashes',
      () => `${lockText({ idna: '3.10' })}requests==2.26.0\n`,
      1,
      'Hashes are required in --require-hashes mode',
    ],
    [
      'a file that is no zip',
      (machine) => {
        put(machine, `${wheelhouse}\\${wheel.file}`, 'PK');
        return 'requests==2.26.0\n';
      },
      2,
      'zipfile.BadZipFile',
    ],
    [
      'a wheel with a flipped bit',
      (machine) => {
        const hurt = Buffer.from(wheel.content);
        // In the first member's own bytes: a bit of a header's date would hurt nobody.
        const at = hurt.indexOf('Metadata-Version');
        hurt[at] = (hurt[at] ?? 0) ^ 1;
        put(machine, `${wheelhouse}\\${wheel.file}`, hurt);
        return 'requests==2.26.0\n';
      },
      2,
      'zipfile.BadZipFile',
    ],
    ['a range instead of a pin', () => 'requests>=2\n', 1, 'Invalid requirement'],
  ];
  it.each(bad)('refuses %s and installs nothing', async (_, prepare, code, text) => {
    const machine = pc();
    const lock = prepare(machine);
    const before = snapshot(machine);
    const { exitCode, stderr } = await install(
      machine,
      `idna==3.10 --hash=sha256:${hashOf('idna', '3.10')}\n`.repeat(lock.includes('--hash') ? 1 : 0) + lock,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining(text) as string });
    expect(snapshot(machine)).toEqual(before);
  });

  it.each([
    [['install', '--no-index', '--no-deps', '-r', 'C:\\no.txt'], 1, 'Could not open requirements file'],
    [['install', 'requests==2.26.0'], 1, 'knows only'],
    [['uninstall', 'pip'], 2, 'EOFError'],
    [['search', 'x'], 1, 'unknown command "search"'],
  ])('answers pip %j with %i', async (args, code, text) => {
    const { exitCode, stderr } = await run(pc(), exe, '-m', 'pip', ...args);
    expect(exitCode).toBe(code);
    expect(stderr).toContain(text);
  });
});

describe('the probe', () => {
  it('sees versions, working imports and no damage after an installation', async () => {
    const machine = pc();
    await install(machine);
    expect(await probe(machine, { requests: 'requests', lxml: 'lxml.etree' })).toMatchObject({
      version: '3.7.9',
      bits: 64,
      distributions: { ...pins, pip: '20.1.1', setuptools: '47.1.0' },
      imports: { lxml: null, requests: null },
      damaged: {},
    });
  });

  it('names the module that is missing below, and insists on a case that Windows does not', async () => {
    const machine = pc();
    await install(machine);
    removePackage(machine, 'charset-normalizer');
    const { imports } = await probe(machine, { requests: 'requests', nothing: 'nothing', lxml: 'LXML' });
    expect(imports).toEqual({
      lxml: "ModuleNotFoundError: No module named 'LXML'",
      requests: "ModuleNotFoundError: No module named 'charset_normalizer'",
      nothing: "ModuleNotFoundError: No module named 'nothing'",
    });
  });

  it('names damaged files, and the import that fails by them', async () => {
    const machine = pc();
    await install(machine);
    damageFile(machine, `${site}\\requests\\__init__.py`);
    machine.files.delete(`${site}\\lxml\\etree.cp37-win_amd64.pyd`);
    damageFile(machine, `${site}\\certifi\\__init__.py`);
    const { imports, damaged } = await probe(machine, { requests: 'requests', lxml: 'lxml', idna: 'idna' }, pins);
    const files = ['certifi/__init__.py', 'lxml/etree.cp37-win_amd64.pyd', 'requests/__init__.py'];
    expect(Object.values(damaged).flat().sort()).toEqual(files);
    expect((await probe(machine, { idna: 'idna' }, pins)).damaged, 'where all imports').toEqual({});
    expect(imports['idna']).toBeNull();
    expect(imports['lxml']).toBe("ModuleNotFoundError: No module named 'lxml.etree'");
    expect(imports['requests']).not.toBeNull();
  });

  it('cannot import kiwisolver without the VC++ runtime, and can with it', async () => {
    const wheels = { kiwisolver: '1.4.5', 'typing-extensions': '4.7.1' };
    const machine = pc(wheels);
    await install(machine, lockText(wheels));
    const asked = { kiwisolver: 'kiwisolver' };
    expect((await probe(machine, asked)).imports['kiwisolver']).toBe(
      'ImportError: DLL load failed: The specified module could not be found.',
    );
    await run(machine, put(machine, 'vc.exe', seal(vcRedist('14.29.30139'))), '/install', '/quiet');
    expect((await probe(machine, asked)).imports['kiwisolver']).toBeNull();
  });

  it('shows two copies of one distribution', async () => {
    const machine = pc();
    await install(machine);
    const metadata = 'Metadata-Version: 2.1\nName: IDNA\nVersion: 2.10\n';
    put(machine, `${site}\\IDNA-2.10.dist-info\\METADATA`, metadata);
    expect((await probe(machine, {})).distributions['idna']).toBe('2.10, 3.10');
  });
});

describe('python.exe', () => {
  it.each([
    ['another script', ['-'], 'print(1)', 1, 'cannot run a script without'],
    ['an unknown probe', ['-'], '# examsite-probe: python-9\n', 1, 'cannot run the probe python-9'],
    ['a command', ['-c', 'print(1)'], '', 1, 'cannot run'],
    ['a script that is not there', ['C:\\x.py'], '', 2, "can't open file"],
    ['another module', ['-m', 'venv'], '', 1, 'No module named venv'],
    ['an option of no Python', ['--quick'], '', 2, 'Unknown option'],
  ])('says plainly that it cannot run %s', async (_, args, stdin, code, text) => {
    const { exitCode, stdout, stderr } = await pc().run(exe, args, stdin);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(text);
  });
});
