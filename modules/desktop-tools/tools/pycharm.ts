/** PyCharm Community. Installer and its silent.config: JetBrains' documentation, "Silent installation on Windows"; windows-facts 6. */
import { step } from '../../job.ts';
import { programs } from './program.ts';
import { installed, installSec, removeSec, staged, type Tool } from './tool.ts';

/** NSIS takes a folder only without quotes, so it must be one without a blank. */
export const home = 'C:\\PyCharm';
const config = staged('pycharm-silent.config');
const log = staged('pycharm-install.log');
/** For all users; a shortcut on the desktop; nothing that a school's own settings could disagree with. */
const settings = ['mode=admin', 'launcher32=0', 'launcher64=1', 'updatePATH=0', 'updateContextMenu=0', '.py=0', ''];

const about = {
  entry: /^(?:JetBrains )?PyCharm Community Edition\b/,
  patterns: [`${home}\\bin\\pycharm64.exe`, 'C:\\Program Files*\\JetBrains\\PyCharm Community*\\bin\\pycharm64.exe'],
  // Its Java: without it the program is an icon that does nothing. Until 2019.1 it was called jre64.
  parts: {
    name: 'jbr\\bin\\java.exe',
    patterns: [`${home}\\j*\\bin\\java.exe`, 'C:\\Program Files*\\JetBrains\\PyCharm Community*\\j*\\bin\\java.exe'],
  },
};

export const pycharm: Tool = {
  product: 'pycharm',
  title: { zh: 'PyCharm 社区版', en: 'pycharm community' },
  entry: about.entry,
  folder: home,
  replaces: false,
  look: (host, products) =>
    // The program's own version is its build, 192.7142.56; the release is in its name.
    programs(
      host,
      { ...about, version: (product, file) => /\d{4}\.\d[\d.]*/.exec(product?.name ?? '')?.[0] ?? file.version },
      products,
    ),
  install: (installer, again) => [
    ...(again ? [step('file.delete', { path: home })] : []),
    step('file.write', { path: config, base64: Buffer.from(settings.join('\r\n')).toString('base64') }),
    step('process.run', {
      exe: installer,
      args: ['/S', `/CONFIG=${config}`, `/LOG=${log}`, `/D=${home}`],
      timeoutSec: installSec,
      expectExit: [...installed],
    }),
    ...[config, log].map((path) => step('file.delete', { path })),
  ],
  remove: () => [
    step('process.run', {
      exe: `${home}\\bin\\Uninstall.exe`,
      args: ['/S', `_?=${home}`],
      timeoutSec: removeSec,
      expectExit: [...installed],
    }),
  ],
};
