/** The list of programs (Programs and Features): never Win32_Product, which is slow and repairs what it lists (windows-facts 9). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../src/core/host.ts';
import type { RegistryValue } from '../src/core/primitives.ts';

/** One entry. */
export interface Product {
  /** Full path of its registry key. */
  readonly key: string;
  readonly name: string;
  readonly version: string | null;
  /** Folder that it is in, without a backslash at the end; null: it does not say. */
  readonly folder: string | null;
  /** Command lines as registered. */
  readonly uninstall: string | null;
  readonly quietUninstall: string | null;
}

/** 64-bit products, then 32-bit ones. */
const uninstallKeys = [
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\*',
  'HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\*',
] as const;
const names = ['DisplayName', 'DisplayVersion', 'InstallLocation', 'UninstallString', 'QuietUninstallString'];

/** In one round trip. Programs of single accounts are not among them. */
export async function products(host: Host): Promise<Product[]> {
  const found = await Promise.all(uninstallKeys.map((pattern) => host.call('registry.find', { pattern, names })));
  return found.flatMap(({ keys }) => keys.flatMap(({ key, values }) => asProduct(key, values)));
}

/** What has no name is not shown in the list either: patches, and parts of other programs. */
function asProduct(key: string, values: Readonly<Record<string, RegistryValue>>): Product[] {
  const text = (name: string): string | null => {
    const data = values[name]?.data;
    return typeof data === 'string' && data !== '' ? data : null;
  };
  const name = text('DisplayName');
  const uninstall = text('UninstallString');
  if (name === null) return [];
  const folder = text('InstallLocation') ?? folderOf(programOf(uninstall ?? ''));
  return [
    {
      ...{ key, name, version: text('DisplayVersion'), uninstall, quietUninstall: text('QuietUninstallString') },
      folder: folder?.replace(/\\+$/, '') ?? null,
    },
  ];
}

/** An uninstaller of NSIS ends at once and works on as a copy of itself. */
const goneWithinMs = 120_000;

/** Waits for entries of the list to go. When the time is over the next look says what is still there. */
export async function untilGone(host: Host, keys: readonly string[]): Promise<void> {
  const until = Date.now() + goneWithinMs;
  for (let waitMs = 50; keys.length > 0 && Date.now() < until; waitMs = Math.min(waitMs * 1.5, 2000)) {
    const looks = await Promise.all(keys.map((key) => host.call('registry.read', { key, names: [] })));
    if (looks.every(({ exists }) => !exists)) return;
    await sleep(waitMs);
  }
}

/** The program of a command line: quoted, or all up to its `.exe`; undefined where there is none. */
export const programOf = (command: string): string | undefined =>
  /^"([^"]+)"/.exec(command)?.[1] ?? /^(.+?\.exe)(?:\s|$)/i.exec(command)?.[1];

const folderOf = (file: string | undefined): string | null =>
  file === undefined ? null : file.slice(0, Math.max(0, file.lastIndexOf('\\')));
