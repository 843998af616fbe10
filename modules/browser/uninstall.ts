/** Taking off whatever machine-wide Chrome there is. A wrong one goes first: an older installer refuses to replace a newer Chrome. */
import type { Host } from '../../src/core/host.ts';
import type { Call, RegistryValue } from '../../src/core/primitives.ts';
import { step } from '../job.ts';
import * as at from './places.ts';
import type { Installed } from './schema.ts';

/** Two ways in which Chrome can have come onto a PC, and so two ways off. */
export type Uninstaller = { readonly productCode: string } | { readonly setup: string };

const uninstallSec = 600;
/** Gone; was not there any more (1605); a restart is wanted. */
const removedByMsi = [0, 1605, 1641, 3010] as const;
/** setup.exe says 19 and 20 when all that went wrong is a leftover of Chrome's own. */
const removedBySetup = [0, 19, 20] as const;

/** Looks Chrome up among the installed products: two round trips, whatever their number. */
export async function findUninstallers(host: Host): Promise<Uninstaller[]> {
  const roots = await Promise.all(at.uninstallKeys.map((key) => host.call('registry.read', { key, names: [] })));
  const keys = roots.flatMap(({ subkeys }, index) =>
    subkeys.map((name) => ({ root: at.uninstallKeys[index] ?? '', name })),
  );
  const names = ['DisplayName', 'UninstallString'];
  const products = await Promise.all(
    keys.map(async ({ root, name }) => {
      const { values } = await host.call('registry.read', { key: `${root}\\${name}`, names });
      return values['DisplayName']?.data === 'Google Chrome' ? uninstaller(name, values['UninstallString']) : [];
    }),
  );
  return products.flat();
}

/** An MSI registers under its product code; Chrome's own setup under a name, with its place as the quoted first word of a command. */
function uninstaller(key: string, command: RegistryValue | undefined): Uninstaller[] {
  if (/^\{[0-9A-F-]{36}\}$/i.test(key)) return [{ productCode: key }];
  const setup = typeof command?.data === 'string' ? /^"([^"]+\\setup\.exe)"/i.exec(command.data)?.[1] : undefined;
  return setup === undefined ? [] : [{ setup }];
}

/** Each way off, then the folders themselves: a Chrome that was copied there, or whose uninstaller is gone, has no other. */
export function removalSteps(uninstallers: readonly Uninstaller[], chromes: readonly Installed[]): Call[] {
  const places = chromes.map((one) => at.folderOf(one.path));
  return [...uninstallers.map(runUninstaller), ...places.map((path) => step('file.delete', { path }))];
}

function runUninstaller(found: Uninstaller): Call {
  if ('setup' in found) {
    const args = ['--uninstall', '--system-level', '--force-uninstall'];
    return step('process.run', { exe: found.setup, args, timeoutSec: uninstallSec, expectExit: removedBySetup });
  }
  const args = ['/x', found.productCode, '/qn', '/norestart', 'REBOOT=ReallySuppress'];
  return step('process.run', { exe: at.msiexec, args, timeoutSec: uninstallSec, expectExit: removedByMsi });
}
