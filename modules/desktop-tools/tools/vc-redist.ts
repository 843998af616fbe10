/** The Visual C++ runtime: MSVCP140.dll for the wheels, VCRUNTIME140_1.dll for MySQL (windows-facts 6 and 7). */
import type { Host } from '../../../src/core/host.ts';
import type { FileStat } from '../../../src/core/primitives.ts';
import { step } from '../../job.ts';
import { programOf } from '../../products.ts';
import { compareVersions } from '../../version.ts';
import type { Found } from '../schema.ts';
import { installed, installSec, removeSec, staged, type Tool } from './tool.ts';

/** It is looked for where programs look, and not in the list: Visual Studio brings it without an entry there. */
const runtimeKey = 'HKLM\\SOFTWARE\\Microsoft\\VisualStudio\\14.0\\VC\\Runtimes\\X64';
const libraries = ['msvcp140.dll', 'vcruntime140.dll', 'vcruntime140_1.dll'].map(
  (name) => `C:\\Windows\\System32\\${name}`,
);
const log = staged('vc-redist.log');

export const vcRedist: Tool = {
  product: 'vc-redist',
  title: { zh: 'VC++ 运行库（x64）', en: 'the Visual C++ runtime (x64)' },
  entry: /^Microsoft Visual C\+\+ 20\d\d(?:-20\d\d)? Redistributable \(x64\)/,
  folder: null,
  replaces: true,
  look,
  install: (installer) => [
    step('process.run', {
      exe: installer,
      args: ['/install', '/quiet', '/norestart', '/log', log],
      timeoutSec: installSec,
      // 1638: a newer one is there already.
      expectExit: [...installed, 1638],
    }),
    step('file.delete', { path: log }),
  ],
  remove: ({ quietUninstall }) => {
    const exe = programOf(quietUninstall ?? '');
    const args = ['/uninstall', '/quiet', '/norestart'];
    return exe === undefined
      ? []
      : [step('process.run', { exe, args, timeoutSec: removeSec, expectExit: [...installed, 1605] })];
  },
};

/** The registry says which version at once; a library that was in use is replaced with the next start, and older than that until then. */
async function look(host: Host): Promise<Found[]> {
  const [{ values }, ...files] = await Promise.all([
    host.call('registry.read', { key: runtimeKey, names: ['Installed', 'Version'] }),
    ...libraries.map((path) => host.call('file.stat', { path })),
  ]);
  const said = values['Version']?.data;
  const registered = values['Installed']?.data === 1 && typeof said === 'string';
  const [path = ''] = libraries;
  if (!registered) return [];
  // v14.29.30139.00 in the registry, 14.29.30139.0 in the files.
  const version = said.replace(/^v/, '').split('.').slice(0, 3).join('.');
  const missing = files.find((file) => !file.exists);
  const older = files.find((file) => file.version !== null && compareVersions(file.version, version) < 0);
  return [{ name: 'Visual C++ x64', version, path, fault: fault(missing, older) }];
}

function fault(missing: FileStat | undefined, older: FileStat | undefined): Found['fault'] {
  if (missing !== undefined) return { kind: 'incomplete', what: missing.path };
  return older === undefined ? null : { kind: 'outdated', what: `${older.path} ${older.version ?? ''}` };
}
