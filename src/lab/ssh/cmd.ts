/**
 * What sshd hands to the default shell: `cmd.exe /c "<command>"` (windows-facts 1). Modelled: one command or several joined by `&&` or `&`,
 * `echo`, `ver`, `exit`, `if exist`, variables, and programs of the machine. Pipes and redirections are not, and say so.
 */
import { Refusal } from '../pc/fault.ts';
import type { ProgramResult } from '../pc/machine.ts';
import type { Pc } from '../pc/pc.ts';
import { parseArguments } from './argv.ts';

const done = (exitCode: number, stdout = '', stderr = ''): ProgramResult => ({ exitCode, stdout, stderr });

export async function runInCmd(pc: Pc, command: string, stdin: string): Promise<ProgramResult> {
  const [separators, commands] = split(unquote(command.trim()));
  let last = done(0);
  let [stdout, stderr] = ['', ''];
  for (const [index, one] of commands.entries()) {
    if (separators[index - 1] === '&&' && last.exitCode !== 0) continue;
    last = await runOne(pc, expand(pc, one.trim()), stdin);
    stdout += last.stdout;
    stderr += last.stderr;
  }
  return { exitCode: last.exitCode, stdout, stderr };
}

/** `cmd /c` drops the outer quotation marks unless there are exactly two and they hold the name of a program. */
function unquote(command: string): string {
  const marks = command.split('"').length - 1;
  return marks > 2 && command.startsWith('"') && command.endsWith('"') ? command.slice(1, -1) : command;
}

/** Separators outside of quotation marks. */
function split(line: string): [string[], string[]] {
  const parts = line.match(/"[^"]*"?|&&|&|[^"&]+/g) ?? [];
  const separators: string[] = [];
  const commands = [''];
  for (const part of parts) {
    if (part === '&' || part === '&&') {
      separators.push(part);
      commands.push('');
    } else {
      commands.push((commands.pop() ?? '') + part);
    }
  }
  return [separators, commands];
}

/** An unknown variable stays as it was written, on a command line. */
function expand(pc: Pc, command: string): string {
  const variables = Object.entries(pc.environment());
  return command.replace(/%(\w+)%/g, (written, name: string) => {
    return variables.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? written;
  });
}

async function runOne(pc: Pc, command: string, stdin: string): Promise<ProgramResult> {
  if (/[|<>]/.test(command.replace(/"[^"]*"/g, ''))) {
    return done(1, '', 'the simulated cmd.exe has no pipes and redirections\r\n');
  }
  const [name = '', ...args] = parseArguments(command);
  const rest = command.slice(command.indexOf(name) + name.length).trim();
  const condition = /^if\s+(?<not>not\s+)?exist\s+(?<file>"[^"]*"|\S+)\s+(?<then>.*)$/i.exec(command)?.groups;
  if (condition) {
    const file = (condition['file'] ?? '').replaceAll('"', '');
    const exists = pc.files.read(file) !== undefined || pc.files.isDirectory(file);
    return exists === (condition['not'] === undefined) ? runOne(pc, condition['then'] ?? '', stdin) : done(0);
  }
  switch (name.toLowerCase()) {
    case '':
      return done(0);
    case 'echo':
      return done(0, `${rest}\r\n`);
    case 'exit':
      return done(Number(args.find((arg) => /^-?\d+$/.test(arg)) ?? 0));
    case 'ver':
      return done(0, `\r\nMicrosoft Windows [Version ${pc.os.version}]\r\n`);
    default:
      return runProgram(pc, name, args, stdin);
  }
}

async function runProgram(pc: Pc, name: string, args: readonly string[], stdin: string): Promise<ProgramResult> {
  try {
    return await pc.run(name, args, stdin);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code !== 'not-found') return done(1, '', `${error.message}\r\n`);
    const message = `'${name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`;
    return done(1, '', message);
  }
}
