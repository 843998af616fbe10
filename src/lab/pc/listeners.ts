/** What answers on a PC's own ports: the services that run, as their programs are configured. */
import type { Executable, Machine } from './machine.ts';
import { parseExecutable } from './processes.ts';

/** One listening TCP socket. */
export interface Listener {
  /** `127.0.0.1`, `0.0.0.0`, or an address of the PC. */
  readonly bind: string;
  readonly port: number;
  /** What the server says before it is asked. */
  readonly greeting?: Buffer;
  /** @returns undefined: it goes on waiting */
  readonly respond?: (received: Buffer) => Buffer | undefined;
}

export interface Serving {
  readonly machine: Machine;
  /** The executable's own path and facts. */
  readonly exe: string;
  readonly facts: Executable;
  /** The service's command line without the executable. */
  readonly args: string;
}
/** By name of the program model: what such a service listens on. */
export type Servers = Readonly<Record<string, (serving: Serving) => readonly Listener[]>>;

const commandLine = /^"?(?<exe>[^"]+?\.exe)"?\s*(?<args>.*)$/is;

/** Of every service that runs and whose executable is whole. */
export function listenersOf(machine: Machine, running: readonly string[], servers: Servers): Listener[] {
  return running.flatMap((name) => {
    const path = (machine.services.read(name).path ?? '').replace(/%SystemRoot%/i, 'C:\\Windows');
    const { exe, args = '' } = commandLine.exec(path)?.groups ?? {};
    const file = exe === undefined ? undefined : machine.files.read(exe);
    if (exe === undefined || file === undefined) return [];
    try {
      const facts = parseExecutable(exe, file.content);
      return servers[facts.program]?.({ machine, exe, facts, args }) ?? [];
    } catch {
      // Not one of our models: Windows' own services are not looked into.
      return [];
    }
  });
}
