/**
 * pip, asked for wheels of the candidate PCs' Python: CPython 3.7.9 on 64-bit Windows or on Linux (x86-64, glibc 2.17 or newer), whatever this machine is. pip knows the machine's registry,
 * mirror, proxy and certificates. Only a machine that prepares a depot needs it; no exam room does.
 */
import { execa, ExecaError } from 'execa';
import { UserError } from '../core/errors.ts';

/** What kind of PC a wheel is for. */
export type WheelTarget = 'windows' | 'linux';
/** manylinux2014 is glibc 2.17 (PEP 599); what was built for older ones runs there too. */
const platforms: Readonly<Record<WheelTarget, readonly string[]>> = {
  windows: ['win_amd64'],
  linux: [
    'manylinux2014_x86_64',
    'manylinux_2_17_x86_64',
    'manylinux_2_12_x86_64',
    'manylinux2010_x86_64',
    'manylinux_2_5_x86_64',
    'manylinux1_x86_64',
  ],
};

/** Nothing is resolved here (`--no-deps`): the sets are closed, and their markers were evaluated for this target when they were made. */
const target = (of: WheelTarget): string[] => [
  ...['--no-deps', '--only-binary', ':all:', ...platforms[of].flatMap((one) => ['--platform', one])],
  ...['--python-version', '3.7.9', '--implementation', 'cp', '--abi', 'cp37m', '--abi', 'abi3', '--abi', 'none'],
];
const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--quiet'];

const pythons: readonly (readonly [string, ...string[]])[] =
  process.platform === 'win32' ? [['py', '-3'], ['python']] : [['python3'], ['python']];

const minute = 60_000;
/** A mirror that stands still for this long has been given up by pip several times over. */
const longest = 30 * minute;

/**
 * Downloads what a requirements file names into a folder.
 *
 * @param about whose wheels they are, for the error
 * @throws UserError DEP009, or DEP011 with pip's own last words
 */
export async function pipDownload(requirements: string, folder: string, about: string, of: WheelTarget): Promise<void> {
  await pip(['download', ...quiet, ...target(of), '--dest', folder, '--requirement', requirements], about);
}

async function pip(args: readonly string[], about: string): Promise<void> {
  const [python, ...first] = await pythonWithPip();
  try {
    const options = { stdin: 'ignore', timeout: longest, env: { PYTHONIOENCODING: 'utf-8' } } as const;
    await execa(python, [...first, '-m', 'pip', ...args], options);
  } catch (error) {
    if (error instanceof ExecaError) throw noWheels(about, error.message);
    throw error;
  }
}

async function pythonWithPip(): Promise<readonly [string, ...string[]]> {
  for (const python of pythons) {
    const [program, ...args] = python;
    const { exitCode } = await execa(program, [...args, '-m', 'pip', '--version'], { reject: false, timeout: minute });
    if (exitCode === 0) return python;
  }
  throw new UserError([
    {
      where: 'PATH',
      expected: { zh: '带 pip 的 Python 3', en: 'a Python 3 with pip' },
      got: pythons.map((python) => `no ${python.join(' ')} -m pip`).join(', '),
      fix: {
        zh: '在准备安装包库的电脑上安装 Python 3（机房里的电脑不需要）',
        en: 'install Python 3 on the machine that prepares the depot (no PC of a room needs it)',
      },
      code: 'DEP009',
    },
  ]);
}

/** What went wrong begins with pip's first line of ERROR; before it are warnings. */
function noWheels(where: string, said: string): UserError {
  return new UserError([
    {
      where,
      expected: { zh: 'pip 下载全部 wheel', en: 'pip to download every wheel' },
      got: said
        .slice(Math.max(0, said.indexOf('ERROR')))
        .replaceAll(/\s+/g, ' ')
        .slice(0, 900),
      fix: {
        zh: '检查能否访问 PyPI 或其镜像（pip config list），然后再运行一次；已下载的不会重新下载',
        en: 'see that PyPI or its mirror answers (pip config list), then run it again; what is here already stays',
      },
      code: 'DEP011',
    },
  ]);
}
