/** Programs: finding an executable, running its model, and what the process list shows meanwhile. */
import { z } from 'zod';
import { Refusal } from './fault.ts';
import type { Executable, ProgramResult } from './machine.ts';
import { baseName } from './paths.ts';
import type { Pc, Programs } from './pc.ts';

const executable = z.looseObject({ program: z.string() });
/** Libraries that a program loads as it starts, as its file says. */
const loading = z.looseObject({ loads: z.array(z.string()) });
const run = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';
const always = ['System', 'smss.exe', 'csrss.exe', 'wininit.exe', 'winlogon.exe', 'services.exe', 'lsass.exe'];

/** @throws Refusal for anything that is not an executable of the simulation: a damaged file does not start */
export function parseExecutable(path: string, content: Buffer): Executable {
  try {
    return executable.parse(JSON.parse(content.toString('utf8')));
  } catch {
    throw new Refusal('failed', `${path} is not a valid Win32 application`);
  }
}

/** Of a command line. */
const programOf = (command: string): string => /^"?([^"]+?\.exe)/i.exec(command)?.[1] ?? command;

export class Processes {
  readonly #pc: Pc;
  readonly #programs: Programs;
  #running: string[] = [];

  constructor(pc: Pc, programs: Programs) {
    this.#pc = pc;
    this.#programs = programs;
  }

  async run(exe: string, args: readonly string[], stdin: string): Promise<ProgramResult> {
    const path = this.find(exe);
    const file = path === undefined ? undefined : this.#pc.files.read(path);
    if (path === undefined || !file) throw new Refusal('not-found', `${exe} does not exist`);
    const facts = parseExecutable(path, file.content);
    const program = this.#programs[facts.program];
    if (!program) throw new Refusal('unsupported', `the simulation has no model of the program ${facts.program}`);
    this.#running.push(path);
    try {
      await this.#pc.takes('process.start');
      this.#pc.journal.assertAlive();
      return await program({ machine: this.#pc, exe: path, facts, args, stdin });
    } finally {
      const at = this.#running.indexOf(path);
      if (at >= 0) this.#running.splice(at, 1);
    }
  }

  /** As CreateProcess searches: a path as it is, a bare name in System32, Windows and PATH; `.exe` is added where there is no extension. */
  find(exe: string): string | undefined {
    const name = /\.\w+$/.test(baseName(exe)) ? exe : `${exe}.exe`;
    const folders = /^[A-Za-z]:[\\/]/.test(name) ? [''] : ['C:\\Windows\\System32\\', 'C:\\Windows\\', ...this.#path()];
    return folders.map((folder) => folder + name).find((path) => this.#pc.files.read(path) !== undefined);
  }

  names(): string[] {
    return [...new Set([...always, ...this.#executables().map(baseName)])].sort();
  }

  /** Full paths of the code of everything that runs. */
  code(): string[] {
    const executables = this.#executables();
    return [...executables, ...executables.flatMap((path) => this.#loads(path)), ...this.#shellLibraries()];
  }

  #executables(): string[] {
    const services = this.#pc.services.executables().map((path) => this.#pc.expand(path));
    return [...services, ...this.#started(), ...this.#running];
  }

  /** What Windows starts at logon. */
  #started(): string[] {
    if (this.#pc.accounts.shell === null) return [];
    const programs = Object.values(this.#pc.registry.values(run)).map(({ data }) => programOf(String(data)));
    return ['C:\\Windows\\explorer.exe', ...programs];
  }

  #shellLibraries(): readonly string[] {
    return this.#pc.accounts.shell?.libraries ?? [];
  }

  #loads(path: string): string[] {
    const content = this.#pc.files.read(path)?.content;
    if (content === undefined || content[0] !== 0x7b) return [];
    return loading.safeParse(JSON.parse(content.toString('utf8'))).data?.loads ?? [];
  }

  kill(): void {
    this.#running = [];
  }

  #path(): string[] {
    return this.#pc
      .path()
      .filter((folder) => /^[A-Za-z]:/.test(folder))
      .map((folder) => `${folder.replace(/\\$/, '')}\\`);
  }
}
