/**
 * Windows Installer's side of an installation: its cache of installed packages, the one-at-a-time mutex, and what may replace what. Both
 * msiexec and the bundles (burn) work on it. Exit codes: MicrosoftDocs/win32 desktop-src/Msi/error-codes.md.
 */
import { seal, unseal, type Installer } from '../packages/format.ts';
import type { Machine } from '../pc/machine.ts';
import { applyEffects, bytesOf, removeEffects, removeFile, substitute } from './effects.ts';
import { compareVersions } from './versions.ts';

export const codes = {
  success: 0,
  userExit: 1602,
  failure: 1603,
  unknownProduct: 1605,
  busy: 1618,
  openFailed: 1619,
  invalidPackage: 1620,
  anotherVersion: 1638,
  invalidCommandLine: 1639,
  restartInitiated: 1641,
  restartRequired: 3010,
} as const;

/** Since which start an installation runs on a machine; a restart releases the mutex. */
const installing = new WeakMap<Machine, number>();

/** Runs one installation under `Global\_MSIExecute`: a second one on the same machine is 1618. */
export async function exclusively(machine: Machine, operation: string, work: () => number): Promise<number> {
  const boot = machine.bootTime.getTime();
  if (installing.get(machine) === boot) return codes.busy;
  installing.set(machine, boot);
  try {
    await machine.takes(operation);
    return work();
  } finally {
    if (installing.get(machine) === boot) installing.delete(machine);
  }
}

/** An installed package as the cache keeps it: with its properties as they were at installation. */
interface Cached {
  readonly file: string;
  readonly package: Installer;
}

const cacheFolders = [
  'C:\\Windows\\Installer',
  'C:\\ProgramData\\Package Cache',
  'C:\\Users\\examsite\\AppData\\Local\\Package Cache',
];

function cached(machine: Machine): Cached[] {
  return cacheFolders
    .flatMap((folder) => machine.files.walk(folder))
    .flatMap((file) => {
      const content = machine.files.read(file)?.content;
      const found = content && unseal(content);
      return found ? [{ file, package: found }] : [];
    });
}

export const findProduct = (machine: Machine, productCode: string): Cached | undefined =>
  cached(machine).find((entry) => entry.package.productCode.toLowerCase() === productCode.toLowerCase());

/** The version that is really on the machine: a program may have updated itself since. */
function presentVersion(machine: Machine, wanted: Installer, relatives: readonly Cached[]): string | undefined {
  const file = wanted.versionFile === undefined ? undefined : machine.files.read(wanted.versionFile);
  const known = relatives.map((entry) => entry.package.version);
  return [...known, ...(file?.version === undefined ? [] : [file.version])].sort(compareVersions).at(-1);
}

export interface InstallRequest {
  readonly properties: Readonly<Record<string, string>>;
  /** Where the package itself is kept for its removal. */
  readonly cacheFile: (resolved: Readonly<Record<string, string>>) => string;
  readonly newerPresent: number;
}

/** @returns an exit code; nothing has changed when it is an error */
export function install(machine: Machine, wanted: Installer, request: InstallRequest): number {
  if (compareVersions(machine.os.version, wanted.minimumOs) < 0) return codes.failure;
  const relatives = cached(machine).filter((entry) => entry.package.upgradeCode === wanted.upgradeCode);
  const same = relatives.find((entry) => entry.package.productCode === wanted.productCode);
  if (same && same.package.version !== wanted.version) return codes.anotherVersion;
  const present = presentVersion(machine, wanted, relatives);
  const newer = present !== undefined && compareVersions(present, wanted.version) > 0;
  if (newer && request.properties['ALLOWDOWNGRADE'] !== '1') return request.newerPresent;

  const properties = resolve(wanted, request.properties, same?.package.properties);
  const effects = substitute(wanted.effects, properties);
  if (bytesOf(effects) > machine.files.freeBytes()) return codes.failure;
  const former = relatives.flatMap((entry) => substitute(entry.package.effects, entry.package.properties).files);
  for (const entry of relatives) uninstall(machine, entry);
  applyEffects(machine, effects, properties);
  const content = seal({ ...wanted, properties });
  machine.files.write(request.cacheFile(properties), { content, size: content.length });
  if (needsUpdate(machine, wanted)) machine.nextStart.service();
  // A file that went and came back as it was has nothing to wait for.
  const waits = [...former, ...effects.files].some(({ path }) => machine.nextStart.concerns(path));
  return waits || needsUpdate(machine, wanted) ? codes.restartRequired : codes.success;
}

/** It brings an update of an older Windows along, whose files are in use. */
const needsUpdate = (machine: Machine, { updatesBefore }: Installer): boolean =>
  updatesBefore !== undefined && compareVersions(machine.os.version, updatesBefore) < 0;

/** Command line over defaults; a repair keeps what the first installation was given. Property names compare without case. */
function resolve(
  wanted: Installer,
  given: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const lower = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const defaults = {
    ...wanted.properties,
    ...(lower.get('installallusers') === '1' ? wanted.allUsers : {}),
    ...before,
  };
  return Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      (lower.get(name.toLowerCase()) ?? value).replace(/\\+$/, ''),
    ]),
  );
}

/** @returns whether something of it stays until the next start */
export function uninstall(machine: Machine, entry: Cached): boolean {
  const stays = removeEffects(machine, substitute(entry.package.effects, entry.package.properties));
  removeFile(machine, entry.file);
  return stays;
}

/** How it ends when nobody has told it to leave the restart to others: with the machine going down. */
export function ended(machine: Machine, code: number, noRestart: boolean): number {
  if (code !== codes.restartRequired || noRestart) return code;
  void machine.restart();
  return codes.restartInitiated;
}
