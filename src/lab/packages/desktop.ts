/** What the installers of the handbook's desktop programs put on a machine (docs: windows-facts 6, 7 and 9). */
import { effects, guid, type Effects, type FileEffect, type Installer } from './format.ts';

const mebibyte = 1024 * 1024;
const uninstallKey = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });
const program = (path: string, version: string, facts: Readonly<Record<string, unknown>> = {}): FileEffect => ({
  path,
  version,
  size: 2 * mebibyte,
  executable: { program: 'window', version, ...facts },
});

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly publisher: string;
  readonly uninstall: string;
  readonly location?: string;
}

/** An entry of the list of programs. Installers that are 32-bit programs themselves write into the 32-bit part of the registry. */
function entry(
  root: string,
  { key, name, version, publisher, uninstall, location }: Entry,
): Effects['registry'][number] {
  return {
    key: `${root}\\${uninstallKey}\\${key}`,
    values: {
      DisplayName: text(name),
      DisplayVersion: text(version),
      Publisher: text(publisher),
      UninstallString: text(uninstall),
      ...(location !== undefined && { InstallLocation: text(location) }),
    },
  };
}

/** JetBrains numbers its builds `192.7142.56`: year, release and branch. */
const buildOf = (version: string): string => {
  const [year = '', release = '', patch = '0'] = version.split('.');
  return version === '2019.2.5' ? '192.7142.56' : `${year.slice(2)}${release}.7142.${patch}`;
};

export function pycharmInstaller(version: string): Installer {
  const name = `PyCharm Community Edition ${version}`;
  const build = buildOf(version);
  return {
    kind: 'nsis',
    product: name,
    version,
    productCode: guid(name),
    upgradeCode: guid(name),
    minimumOs: Number(version.split('.')[0]) > 2021 ? '10.0.0' : '6.1.7601',
    properties: { Root: 'HKCU\\SOFTWARE', InstDir: `C:\\Users\\examsite\\AppData\\Local\\JetBrains\\${name}` },
    allUsers: { Root: 'HKLM\\SOFTWARE\\WOW6432Node', InstDir: `C:\\Program Files\\JetBrains\\${name}` },
    uninstaller: '[InstDir]\\bin\\Uninstall.exe',
    effects: effects.parse({
      files: [
        program('[InstDir]\\bin\\pycharm64.exe', build),
        program('[InstDir]\\bin\\pycharm.exe', build),
        { path: '[InstDir]\\lib\\pycharm.jar', size: 550 * mebibyte },
        { path: '[InstDir]\\jbr\\bin\\java.exe', size: mebibyte, version: '11.0.4.0' },
        {
          path: '[InstDir]\\product-info.json',
          text: JSON.stringify({ name: 'PyCharm', version, buildNumber: build }),
        },
      ],
      registry: [
        entry('[Root]', {
          key: name,
          name,
          version: build,
          publisher: 'JetBrains s.r.o.',
          uninstall: '[InstDir]\\bin\\Uninstall.exe',
          location: '[InstDir]',
        }),
        { key: `[Root]\\JetBrains\\PyCharm Community Edition\\${build}`, values: { '': text('[InstDir]') } },
      ],
      owns: ['[InstDir]'],
    }),
  };
}

export function navicatInstaller(version: string): Installer {
  const [major = ''] = version.split('.');
  const name = `Navicat Premium ${major}`;
  return {
    kind: 'inno',
    product: name,
    version,
    productCode: guid(name),
    upgradeCode: guid(name),
    minimumOs: '6.1.7601',
    properties: { InstDir: `C:\\Program Files\\PremiumSoft\\${name}` },
    allUsers: {},
    uninstaller: '[InstDir]\\unins000.exe',
    effects: effects.parse({
      files: [
        program('[InstDir]\\navicat.exe', `${version}.0`),
        { path: '[InstDir]\\libcc.dll', size: 120 * mebibyte },
        { path: '[InstDir]\\unins000.dat', size: 60_000 },
      ],
      registry: [
        entry('HKLM\\SOFTWARE', {
          key: `${name}_is1`,
          name: `PremiumSoft Navicat Premium ${major}.0`,
          version,
          publisher: 'PremiumSoft CyberTech Ltd.',
          uninstall: '"[InstDir]\\unins000.exe"',
          location: '[InstDir]\\',
        }),
      ],
    }),
  };
}

const zip360Class = guid('360zip shell extension');

/** Its uninstaller is a program of 360's own; that it takes `/S` as well is assumed. */
export function zip360Installer(version: string): Installer {
  const build = version === '4.0' ? '4.0.0.1470' : version;
  return {
    kind: 'nsis',
    product: '360压缩',
    version,
    productCode: guid('360zip'),
    upgradeCode: guid('360zip'),
    minimumOs: '6.1.7601',
    properties: { InstDir: 'C:\\Program Files (x86)\\360\\360zip' },
    allUsers: {},
    uninstaller: '[InstDir]\\UnInstaller.exe',
    effects: effects.parse({
      files: [
        program('[InstDir]\\360zip.exe', build),
        { path: '[InstDir]\\360zipExt.dll', size: 30 * mebibyte, version: build },
      ],
      registry: [
        // Its entry in Explorer's menu: Explorer has the library loaded from then on.
        {
          key: 'HKLM\\SOFTWARE\\Classes\\Directory\\shellex\\ContextMenuHandlers\\360zip',
          values: { '': text(zip360Class) },
        },
        {
          key: `HKLM\\SOFTWARE\\Classes\\CLSID\\${zip360Class}\\InprocServer32`,
          values: { '': text('[InstDir]\\360zipExt.dll') },
        },
        entry('HKLM\\SOFTWARE\\WOW6432Node', {
          key: '360压缩',
          name: '360压缩',
          version: build,
          publisher: '360安全中心',
          uninstall: '[InstDir]\\UnInstaller.exe',
        }),
      ],
      owns: ['[InstDir]'],
    }),
  };
}

export function sevenZipInstaller(version: string): Installer {
  return {
    kind: 'nsis',
    product: `7-Zip ${version} (x64)`,
    version,
    productCode: guid('7-Zip'),
    upgradeCode: guid('7-Zip'),
    minimumOs: '6.1.0',
    properties: { InstDir: 'C:\\Program Files\\7-Zip' },
    allUsers: {},
    uninstaller: '[InstDir]\\Uninstall.exe',
    effects: effects.parse({
      files: [
        program('[InstDir]\\7zFM.exe', `${version}.0.0`),
        program('[InstDir]\\7z.exe', `${version}.0.0`, { program: '7z', version }),
      ],
      registry: [
        entry('HKLM\\SOFTWARE', {
          key: '7-Zip',
          name: `7-Zip ${version} (x64)`,
          version,
          publisher: 'Igor Pavlov',
          uninstall: '"[InstDir]\\Uninstall.exe"',
          location: '[InstDir]\\',
        }),
      ],
      owns: ['[InstDir]'],
    }),
  };
}
