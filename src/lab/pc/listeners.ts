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
  /** What a client library gets that logs in as root: the server's version, or its own words for why not. */
  readonly login?: (
    password: string | null,
  ) => { readonly version: string; readonly databases: readonly string[] } | { readonly refused: string };
}

export interface Serving {
  readonly machine: Machine;
  /** The executable's own path and facts. */
  readonly exe: string;
  readonly facts: Executable;
  /** The service's command line without the executable. */
  readonly args: string;
}
/** A program that runs as a service and listens. */
export interface ServerModel {
  readonly listen: (serving: Serving) => readonly Listener[];
  /** What it does as it starts. @throws Refusal when it would not come up */
  readonly start?: (serving: Serving) => void;
}
/** By name of the program model. */
export type Servers = Readonly<Record<string, ServerModel>>;

const commandLine = /^"?(?<exe>[^"]+?\.exe)"?\s*(?<args>.*)$/is;

/** Of every service that runs and whose executable is whole. */
export function listenersOf(machine: Machine, running: readonly string[], servers: Servers): Listener[] {
  return running.flatMap((name) => {
    const serving = servingAt(machine, name);
    return serving === undefined ? [] : [...(servers[serving.facts.program]?.listen(serving) ?? [])];
  });
}

/** @throws Refusal when the service's program would not come up */
export function startServer(machine: Machine, name: string, servers: Servers): void {
  const serving = servingAt(machine, name);
  if (serving !== undefined) servers[serving.facts.program]?.start?.(serving);
}

/** @returns undefined for a service whose program is none of our models: Windows' own are not looked into */
export function servingAt(machine: Machine, name: string): Serving | undefined {
  const path = (machine.services.read(name).path ?? '').replace(/%SystemRoot%/i, 'C:\\Windows');
  const { exe, args = '' } = commandLine.exec(path)?.groups ?? {};
  const file = exe === undefined ? undefined : machine.files.read(exe);
  if (exe === undefined || file === undefined) return undefined;
  try {
    return { machine, exe, facts: parseExecutable(exe, file.content), args };
  } catch {
    return undefined;
  }
}
