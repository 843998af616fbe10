/** What Firefox's full installer puts on a machine (docs: windows-facts 5). */
import { effects, guid, type Installer } from './format.ts';

const mebibyte = 1024 * 1024;
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });

/** Each version has its keys under a name of its own, `CurrentVersion` says which one it is now, and the entry in the list of programs has that name too. */
export function firefoxInstaller(version: string, bits: 32 | 64 = 64): Installer {
  const [root, folder, arch] =
    bits === 64
      ? ['HKLM\\SOFTWARE', 'C:\\Program Files\\Mozilla Firefox', 'x64']
      : ['HKLM\\SOFTWARE\\WOW6432Node', 'C:\\Program Files (x86)\\Mozilla Firefox', 'x86'];
  const named = `${version} (${arch} zh-CN)`;
  const own = `${root}\\Mozilla\\Mozilla Firefox`;
  return {
    kind: 'nsis',
    product: `Mozilla Firefox ${named}`,
    version,
    productCode: guid('Mozilla Firefox'),
    upgradeCode: guid('Mozilla Firefox'),
    // 115 is the last one for Windows 7.
    minimumOs: Number(version.split('.')[0]) > 115 ? '10.0.0' : '6.1.0',
    properties: { InstDir: folder },
    allUsers: {},
    uninstaller: '[InstDir]\\uninstall\\helper.exe',
    effects: effects.parse({
      files: [
        {
          ...{ path: '[InstDir]\\firefox.exe', size: mebibyte, version },
          executable: { program: 'window', version },
        },
        { path: '[InstDir]\\xul.dll', size: 120 * mebibyte, version },
      ],
      registry: [
        { key: own, values: { '': text(version), CurrentVersion: text(named) } },
        {
          key: `${own}\\${named}\\Main`,
          values: { 'Install Directory': text('[InstDir]'), PathToExe: text('[InstDir]\\firefox.exe') },
        },
        {
          key: `${root}\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Mozilla Firefox ${named}`,
          values: {
            DisplayName: text(`Mozilla Firefox ${named}`),
            DisplayVersion: text(version),
            InstallLocation: text('[InstDir]'),
            Publisher: text('Mozilla'),
            UninstallString: text('"[InstDir]\\uninstall\\helper.exe"'),
          },
        },
      ],
      owns: ['[InstDir]'],
    }),
  };
}
