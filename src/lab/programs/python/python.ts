/**
 * python.exe: its version, pip, and the probe scripts that this model knows (probe.ts). It cannot run Python, and says so: a model that
 * guessed what a script prints would make every test that uses it worthless.
 */
import { z } from 'zod';
import type { Program, ProgramCall, ProgramResult } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';
import type { Interpreter } from './imports.ts';
import { searchPath } from './search-path.ts';
import { pip } from './pip.ts';
import { probeName, probes } from './probe.ts';
import { sitePackages } from './site-packages.ts';

const facts = z.looseObject({ version: z.string().regex(/^\d+\.\d+\.\d+$/) });

/** STATUS_DLL_NOT_FOUND: the loader found a DLL of the import table missing. */
const dllNotFound = 0xc0000135;

interface CommandLine {
  readonly mode: 'version' | 'command' | 'module' | 'script';
  /** Text after -c, module's name, or the script's path; `-` is standard input. */
  readonly target: string;
  readonly args: readonly string[];
}

const switches = /^-[IEsSBubqOdv]+$/;

function parse(args: readonly string[]): CommandLine | undefined {
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-V' || arg === '--version') return { mode: 'version', target: '', args: [] };
    if (arg === '-c') return { mode: 'command', target: rest.shift() ?? '', args: rest };
    if (arg === '-m') return { mode: 'module', target: rest.shift() ?? '', args: rest };
    if (arg === '-X' || arg === '-W') rest.shift();
    else if (arg === '-' || !arg.startsWith('-')) return { mode: 'script', target: arg, args: rest };
    else if (!switches.test(arg)) return undefined;
  }
  return { mode: 'script', target: '-', args: [] };
}

/** In the words of the latency model. */
function operationOf({ mode, args }: CommandLine): string {
  if (mode !== 'module') return 'python.import';
  return args[0] === 'install' ? 'pip.install' : 'pip.list';
}

function interpreterOf({ machine, exe }: ProgramCall, version: string): Interpreter {
  const home = exe.slice(0, exe.lastIndexOf('\\'));
  const path = searchPath(machine.files, home);
  return { machine, home, site: sitePackages(home), path, minor: version.split('.').slice(0, 2).join('.') };
}

function runScript(
  python: Interpreter,
  version: string,
  source: string,
  args: readonly string[],
  stdin: string,
): ProgramResult {
  const name = probeName(source);
  const probe = name === undefined ? undefined : probes[name];
  if (!probe) {
    const what = name === undefined ? 'a script without a line "# examsite-probe: NAME"' : `the probe ${name}`;
    return exit(1, '', lines(`this simulated Python cannot run ${what}; it knows ${Object.keys(probes).join(', ')}`));
  }
  const { stdout, stderr, exitCode = 0 } = probe(python, version, args, stdin);
  return exit(exitCode, stdout, stderr);
}

export const python: Program = async (call) => {
  const { version } = facts.parse(call.facts);
  const interpreter = interpreterOf(call, version);
  const library = `python${interpreter.minor.replace('.', '')}.dll`;
  if (!call.machine.files.read(`${interpreter.home}\\${library}`)) return exit(dllNotFound);
  const line = parse(call.args);
  if (!line)
    return exit(
      2,
      '',
      lines(
        `Unknown option: ${call.args.join(' ')}`,
        'usage: python [option] ... [-c cmd | -m mod | file | -] [arg] ...',
      ),
    );
  if (line.mode !== 'version') await call.machine.takes(operationOf(line));
  switch (line.mode) {
    case 'version':
      return exit(0, lines(`Python ${version}`));
    case 'module':
      if (line.target === 'pip') return pip(interpreter, line.args);
      return exit(1, '', lines(`${call.exe}: No module named ${line.target}`));
    case 'command':
      return runScript(interpreter, version, line.target, line.args, call.stdin);
    case 'script': {
      if (line.target === '-') return runScript(interpreter, version, call.stdin, line.args, '');
      const file = call.machine.files.read(line.target);
      if (file) return runScript(interpreter, version, file.content.toString('utf8'), line.args, call.stdin);
      return exit(2, '', lines(`${call.exe}: can't open file '${line.target}': [Errno 2] No such file or directory`));
    }
  }
};

/** Scripts\pip.exe: the same pip in the interpreter that it was installed into. */
export const pipLauncher: Program = async (call) => {
  const exe = `${call.exe.split('\\').slice(0, -2).join('\\')}\\python.exe`;
  return call.machine.run(exe, ['-m', 'pip', ...call.args], call.stdin);
};
