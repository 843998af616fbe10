/** Navicat, of any edition: a commercial program, whose installer a person supplies (windows-facts 7). Licences are per account, and not looked at. */
import { step } from '../../job.ts';
import { programOf } from '../../products.ts';
import { programs } from './program.ts';
import { installed, installSec, removeSec, type Tool } from './tool.ts';

/** Inno Setup. Without /NORESTART it would restart the PC by itself; with it, it says that it wants to only where it is given a code for that. */
const silent = ['/VERYSILENT', '/SUPPRESSMSGBOXES', '/NORESTART'];
/** Not the Data Modeler, nor the Monitor. */
const entry = /^(?:PremiumSoft )?Navicat (?:Premium|Essentials|for )/;

export const navicat: Tool = {
  product: 'navicat',
  title: { zh: 'Navicat', en: 'navicat' },
  entry,
  folder: null,
  replaces: false,
  look: (host, products) =>
    programs(
      host,
      {
        entry,
        patterns: ['C:\\Program Files*\\PremiumSoft\\Navicat*\\navicat.exe'],
        version: (product, file) => file.version ?? product?.version ?? null,
      },
      products,
    ),
  install: (installer) => [
    step('process.run', {
      exe: installer,
      args: ['/SP-', ...silent, '/RESTARTEXITCODE=3010'],
      timeoutSec: installSec,
      expectExit: [...installed],
    }),
  ],
  remove: ({ uninstall }) => {
    const exe = programOf(uninstall ?? '');
    return exe === undefined
      ? []
      : [step('process.run', { exe, args: silent, timeoutSec: removeSec, expectExit: [...installed] })];
  },
};
