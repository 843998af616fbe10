// Does not prove anything of Windows or of CPython 3.7: it runs probe.py on the CPython of this machine, with wheels of the simulation.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildWheel } from '../../src/lab/packages/wheels.ts';
import { needs, toolPath } from '../../test/tools.ts';
import { pathLine } from './places.ts';

const { describe, it } = needs('python3');

describe('probe.py on a real CPython', () => {
  let folder = '';
  let site = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'examsite-probe-'));
    await run(toolPath('python3'), ['-m', 'venv', '--without-pip', folder]);
    const [minor = ''] = await readdir(path.join(folder, 'lib'));
    site = path.join(folder, 'lib', minor, 'site-packages');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('tells versions, imports and damage of what is installed', async () => {
    await install('PyMySQL', '1.0.2');
    await install('requests', '2.26.0');
    await writeFile(path.join(site, 'requests', '__init__.py'), 'raise RuntimeError("at 0x7f12ab")\n');
    const found = await probe({ pymysql: 'pymysql', requests: 'requests', lxml: 'lxml.etree' });
    expect(found).toMatchObject({
      implementation: 'CPython',
      bits: 64,
      distributions: { pymysql: '1.0.2', requests: '2.26.0' },
      imports: {
        pymysql: null,
        requests: 'RuntimeError: at 0x...',
        lxml: "ModuleNotFoundError: No module named 'lxml'",
      },
      damaged: { requests: ['requests/__init__.py'] },
    });
  });

  it('shows two copies that lie side by side', async () => {
    await mkdir(path.join(site, 'zipp-3.0.0.dist-info'));
    await writeFile(
      path.join(site, 'zipp-3.0.0.dist-info', 'METADATA'),
      'Metadata-Version: 2.1\nName: zipp\nVersion: 3.0.0\n\n',
    );
    await install('zipp', '3.15.0');
    expect((await probe({})).distributions).toMatchObject({ zipp: '3.0.0, 3.15.0' });
  });

  it('sees what hides its namesake in a later folder of the path, as an import does', async () => {
    const [minor = ''] = await readdir(path.join(folder, 'lib'));
    const exam = path.join(folder, 'examsite', 'lib', minor, 'site-packages');
    await install('six', '1.14.0');
    await install('six', '1.16.0', exam);
    expect((await probe({})).distributions).toMatchObject({ six: '1.14.0' });
    await writeFile(path.join(site, 'examsite.pth'), pathLine('HOME').replace(/r'[^']*'/, `r'${exam}'`));
    await writeFile(path.join(exam, 'six', '__init__.py'), 'raise ImportError("the first one")\n');
    expect(await probe({ six: 'six' })).toMatchObject({
      distributions: { six: '1.16.0' },
      imports: { six: 'ImportError: the first one' },
      damaged: { six: ['six/__init__.py'] },
    });
    await rm(path.join(site, 'examsite.pth'));
  });

  it('looks for DLLs where conda has them', async () => {
    await mkdir(path.join(folder, 'conda-meta'));
    const code = 'import os\nraise ImportError(os.environ["PATH"].split(os.pathsep)[3])\n';
    await writeFile(path.join(site, 'where.py'), code);
    expect(await probe({ where: 'where' })).toMatchObject({
      imports: { where: `ImportError: ${path.join(folder, 'Library', 'bin')}` },
    });
    await rm(path.join(folder, 'conda-meta'), { recursive: true });
  });

  it('outlives modules that crash or leave, and names each; what is hurt of the rest of the lock comes with them', async () => {
    const crash = 'import ctypes\nctypes.string_at(0)\n';
    await install('certifi', '2021.10.8');
    await install('idna', '3.3');
    for (const name of ['certifi', 'idna']) await writeFile(path.join(site, name, '__init__.py'), crash);
    await writeFile(path.join(site, 'gone.py'), 'import os\nos._exit(3)\n');
    await writeFile(path.join(site, 'whole.py'), '');
    const rest = { certifi: '2021.10.8', idna: '3.4' };
    const found = await probe({ a: 'certifi', b: 'gone', c: 'idna', d: 'whole' }, rest);
    expect(found).toMatchObject({
      imports: {
        a: 'the interpreter crashed (SIGSEGV)',
        b: 'the interpreter crashed (exit code 3)',
        c: 'the interpreter crashed (SIGSEGV)',
        d: null,
      },
    });
    // idna is not what the lock has, and so is installed anew anyway.
    expect(found).toMatchObject({ damaged: { certifi: ['certifi/__init__.py'] } });
    expect(await probe({ d: 'whole' }, rest)).toMatchObject({ damaged: {} });
  });

  it('answers in ASCII, in one line, and leaves nothing behind', async () => {
    await writeFile(path.join(site, 'noisy.py'), 'print("你好")\nraise ImportError("找不到指定的模块")\n');
    const before = await readdir(site, { recursive: true });
    const stdout = await output({ noisy: 'noisy' });
    expect(stdout).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ imports: { noisy: 'ImportError: 找不到指定的模块' } });
    expect(await readdir(site, { recursive: true })).toStrictEqual(before);
  });

  async function install(name: string, version: string, into = site): Promise<void> {
    for (const [file, content] of Object.entries(unzipSync(buildWheel(name, version).content))) {
      const target = path.join(into, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }

  async function probe(
    imports: Record<string, string>,
    rest: Record<string, string> = {},
  ): Promise<{ distributions: Record<string, string> }> {
    return JSON.parse(await output(imports, rest)) as { distributions: Record<string, string> };
  }

  async function output(imports: Record<string, string>, rest: Record<string, string> = {}): Promise<string> {
    const script = await readFile(path.join(import.meta.dirname, 'probe.py'), 'utf8');
    return run(path.join(folder, 'bin', 'python'), ['-I', '-B', '-', JSON.stringify({ imports, rest })], script);
  }
});

function run(file: string, args: readonly string[], stdin = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(stdin);
  });
}
