/** What happens to a PC between two looks at it: programs that update themselves, candidates who install things, disks that go bad. */
import type { Machine } from '../pc/machine.ts';
import { applyEffects, removeFile } from '../programs/effects.ts';
import { findDistributions, installWheel, removeDistribution, sitePackages } from '../programs/python/site-packages.ts';
import { readWheel } from '../programs/python/wheel.ts';
import { chromeFromExe, exeUninstallKey, withSetup } from './chrome.ts';
import { buildWheel } from './wheels.ts';

const folders = ['C:\\Program Files (x86)\\Google\\Chrome', 'C:\\Program Files\\Google\\Chrome'];

/**
 * Google's updater did its work: the new version stands where the old one was, the registry says so, and the updater's tasks and services
 * are there and on again. With `pending`, Chrome was open: the new version waits beside it as new_chrome.exe.
 *
 * @throws RangeError on a PC without Chrome
 */
export function updateChrome(machine: Machine, version: string, { pending = false } = {}): void {
  const folder = folders.find((candidate) => machine.files.read(`${candidate}\\Application\\chrome.exe`));
  if (folder === undefined) throw new RangeError(`${machine.name} has no Chrome`);
  const application = `${folder}\\Application`;
  // An installation by MSI keeps its own entry in Uninstall; the other kind's entry follows the version.
  const next = machine.registry.exists(exeUninstallKey) ? chromeFromExe(version, folder) : withSetup(version, folder);
  if (pending) {
    const files = next.files.map((file) => ({ ...file, path: file.path.replace('\\chrome.exe', '\\new_chrome.exe') }));
    applyEffects(machine, { ...next, files });
    return;
  }
  const before = machine.files.read(`${application}\\chrome.exe`)?.version;
  if (before !== undefined && before !== version) removeFile(machine, `${application}\\${before}`);
  applyEffects(machine, next);
}

/** Every machine-wide Python's folder, as PEP 514 registers it. */
function homes({ registry }: Machine): string[] {
  const core = 'HKLM\\SOFTWARE\\Python\\PythonCore';
  return registry.subkeys(core).flatMap((minor) => {
    const data = registry.values(`${core}\\${minor}\\InstallPath`)['']?.data;
    return typeof data === 'string' ? [data.replace(/\\+$/, '')] : [];
  });
}

/** As `pip install NAME==VERSION` would leave it. @throws RangeError on a PC without Python */
export function replacePackage(machine: Machine, name: string, version: string): void {
  const [home] = homes(machine);
  if (home === undefined) throw new RangeError(`${machine.name} has no Python`);
  const site = sitePackages(home);
  for (const entry of findDistributions(machine.files, site, name)) removeDistribution(machine, site, entry);
  installWheel(machine, site, readWheel(buildWheel(name, version).content));
}

/** @throws RangeError when it is not installed */
export function removePackage(machine: Machine, name: string): void {
  const found = homes(machine).flatMap((home) => {
    const site = sitePackages(home);
    return findDistributions(machine.files, site, name).map((entry) => ({ site, entry }));
  });
  if (found.length === 0) throw new RangeError(`${machine.name} has no package ${name}`);
  for (const { site, entry } of found) removeDistribution(machine, site, entry);
}

/** One bit flips in the middle; name, size and version resource stay. @throws RangeError when there is no such file */
export function damageFile(machine: Machine, path: string): void {
  const entry = machine.files.read(path);
  if (!entry || entry.content.length === 0)
    throw new RangeError(`${machine.name} has no file ${path}, or an empty one`);
  const content = Buffer.from(entry.content);
  const middle = Math.floor(content.length / 2);
  content[middle] = (content[middle] ?? 0) ^ 1;
  machine.files.write(path, { ...entry, content });
}
