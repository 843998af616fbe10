// Does not prove that pip and site.py behave so: modules/python/probe.test.ts looks at a real CPython.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { preinstall } from '../../packages/preinstall.ts';
import { replacePackage } from '../../packages/tamper.ts';
import { buildWheel } from '../../packages/wheels.ts';
import type { Pc } from '../../pc/pc.ts';
import { put, run, stage, testPc } from '../testing.ts';

const exe = 'C:\\Python37\\python.exe';
const site = 'C:\\Python37\\Lib\\site-packages';
const wheels = [
  buildWheel('requests', '2.26.0'),
  buildWheel('urllib3', '1.26.20'),
  buildWheel('idna', '3.10'),
  buildWheel('certifi', '2022.12.7'),
  buildWheel('charset-normalizer', '2.0.12'),
];

function pc(): Pc {
  const machine = testPc();
  preinstall(machine, { product: 'python', version: '3.7.9', folder: 'C:\\Python37' });
  for (const { file, content } of wheels) put(machine, `${stage}\\wheels\\${file}`, content);
  return machine;
}

function install(machine: Pc, ...more: string[]) {
  const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  const lock = wheels.map(({ name, version, content }) => `${name}==${version} --hash=sha256:${hash(content)}\n`);
  const args = ['--no-index', '--find-links', `${stage}\\wheels`, '--no-deps', ...more];
  return run(machine, exe, '-m', 'pip', 'install', ...args, '-r', put(machine, 'lock.txt', lock.join('')));
}

async function requests(machine: Pc): Promise<string | undefined> {
  const { stdout } = await run(machine, exe, '-m', 'pip', 'freeze');
  return /^requests==(.*)$/m.exec(stdout)?.[1]?.trim();
}

describe('a folder beside site-packages', () => {
  const beside = 'C:\\Exam';
  const line = `import sys; p = r'${beside}\\Lib\\site-packages'; p in sys.path or sys.path.insert(0, p)\r\n`;
  const options = ['--prefix', beside, '--ignore-installed'];

  it('hides what is behind it once a .pth file leads there, and touches nothing of it', async () => {
    const machine = pc();
    replacePackage(machine, 'requests', '2.31.0');
    const own = machine.files.walk(site);
    expect((await install(machine, ...options)).exitCode).toBe(0);
    expect(machine.files.walk(site)).toEqual(own);
    expect(await requests(machine)).toBe('2.31.0');
    put(machine, `${site}\\exam.pth`, line);
    expect(await requests(machine)).toBe('2.26.0');
    machine.files.delete(beside);
    expect(await requests(machine)).toBe('2.31.0');
  });

  it('is the way past what distutils installed, which pip does not uninstall', async () => {
    const machine = pc();
    put(
      machine,
      `${site}\\certifi-2019.11.28-py3.7.egg-info`,
      'Metadata-Version: 1.0\nName: certifi\nVersion: 2019.11.28\n',
    );
    const refused = await install(machine, '--force-reinstall');
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("Cannot uninstall 'certifi'. It is a distutils installed project");
    expect((await install(machine, ...options)).exitCode).toBe(0);
  });
});
