/**
 * What a module replaced, saved on the machine before the first change and kept until `undo` has put it back. It is on the machine and not
 * in the controller's state, because the machine may be handed back by somebody else.
 */
import type { Host } from './host.ts';
import { CallError } from './errors.ts';
import type { Json } from './finding.ts';
import type { Platform } from './primitives.ts';

/** The folder examsite owns on a machine. ASCII without spaces: some installers break on anything else. */
export function baseFolder(platform: Platform): string {
  return platform === 'windows' ? 'C:\\ProgramData\\examsite' : '/var/lib/examsite';
}

/** Joins with the machine's own separator. */
export function onMachine(platform: Platform, ...parts: readonly string[]): string {
  return [baseFolder(platform), ...parts].join(platform === 'windows' ? '\\' : '/');
}

async function undoFile(host: Host, module: string): Promise<string> {
  return onMachine((await host.hello()).platform, 'undo', `${module}.json`);
}

/** @returns undefined when the module has never changed this machine. */
export async function savedBefore(host: Host, module: string): Promise<Json | undefined> {
  try {
    const { base64 } = await host.call('file.read', { path: await undoFile(host, module) });
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as Json;
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Saves only the first time: a second `apply` must not save what the first one wrote. */
export async function saveBefore(host: Host, module: string, previous: Json): Promise<void> {
  if ((await savedBefore(host, module)) !== undefined) return;
  await replaceSaved(host, module, previous);
}

/** For a module that installs things one after the other and has to add to what it saved. */
export async function replaceSaved(host: Host, module: string, previous: Json): Promise<void> {
  const base64 = Buffer.from(JSON.stringify(previous), 'utf8').toString('base64');
  await host.call('file.write', { path: await undoFile(host, module), base64 });
}

export async function forgetSaved(host: Host, module: string): Promise<void> {
  await host.call('file.delete', { path: await undoFile(host, module) });
}
