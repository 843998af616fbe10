/** What the installers of CPython and of the VC++ runtime put on a machine (docs: windows-facts 6). */
import { effects, guid, type Effects, type FileEffect, type Installer } from './format.ts';

const mebibyte = 1024 * 1024;
const uninstallKey = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });

/** What ensurepip brings along. */
const bundled = { pip: '20.1.1', setuptools: '47.1.0' };

/** A bundled distribution, with no RECORD hashes: ensurepip's files are the installer's, not pip's. */
function bundledFiles(name: keyof typeof bundled): FileEffect[] {
  const site = '[TargetDir]\\Lib\\site-packages';
  const info = `${site}\\${name}-${bundled[name]}.dist-info`;
  return [
    { path: `${site}\\${name}\\__init__.py`, text: `__version__ = '${bundled[name]}'\n`, size: mebibyte },
    { path: `${info}\\METADATA`, text: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${bundled[name]}\n` },
    { path: `${info}\\INSTALLER`, text: 'pip\n' },
    {
      path: `${info}\\RECORD`,
      text: [
        `${name}/__init__.py`,
        ...['METADATA', 'INSTALLER', 'RECORD'].map((file) => `${name}-${bundled[name]}.dist-info/${file}`),
      ]
        .map((file) => `${file},,\n`)
        .join(''),
    },
  ];
}

function pythonFiles(version: string, tag: string): FileEffect[] {
  const python = { program: 'python', version, architecture: '64bit' };
  const resource = `${version}150.1013`;
  return [
    { path: '[TargetDir]\\python.exe', version: resource, size: 100_000, executable: python },
    { path: '[TargetDir]\\pythonw.exe', version: resource, size: 98_000, executable: python },
    { path: `[TargetDir]\\python${tag}.dll`, version: resource, size: 4 * mebibyte },
    { path: '[TargetDir]\\python3.dll', size: 58_000 },
    { path: '[TargetDir]\\vcruntime140.dll', size: 100_000 },
    { path: '[TargetDir]\\Lib\\os.py', size: 60 * mebibyte },
    { path: '[TargetDir]\\Scripts\\pip.exe', size: 106_000, executable: { program: 'pip' } },
    ...bundledFiles('pip'),
    ...bundledFiles('setuptools'),
  ];
}

function uninstallEntry(version: string, productCode: string): Effects['registry'][number]['values'] {
  const cached = `[Cache]\\${productCode}\\python-${version}-amd64.exe`;
  return {
    DisplayName: text(`Python ${version} (64-bit)`),
    DisplayVersion: text(`${version}150.0`),
    Publisher: text('Python Software Foundation'),
    QuietUninstallString: text(`"${cached}" /uninstall /quiet`),
    UninstallString: text(`"${cached}" /uninstall`),
  };
}

function pythonEffects(version: string, productCode: string): Effects {
  const minor = version.split('.').slice(0, 2).join('.');
  const core = `[Root]\\Python\\PythonCore\\${minor}`;
  return effects.parse({
    files: pythonFiles(version, minor.replace('.', '')),
    registry: [
      {
        key: core,
        values: {
          DisplayName: text(`Python ${minor} (64-bit)`),
          SysArchitecture: text('64bit'),
          SysVersion: text(minor),
          Version: text(version),
        },
      },
      {
        key: `${core}\\InstallPath`,
        values: {
          '': text('[TargetDir]\\'),
          ExecutablePath: text('[TargetDir]\\python.exe'),
          WindowedExecutablePath: text('[TargetDir]\\pythonw.exe'),
        },
      },
      { key: `[Root32]\\${uninstallKey}\\${productCode}`, values: uninstallEntry(version, productCode) },
    ],
    path: [
      { folder: '[TargetDir]\\Scripts\\', when: 'PrependPath' },
      { folder: '[TargetDir]\\', when: 'PrependPath' },
    ],
  });
}

export function pythonInstaller(version: string): Installer {
  const [major = '3', minor = '7'] = version.split('.');
  const productCode = guid(`Python ${version} bundle`);
  return {
    kind: 'burn',
    product: `Python ${version} (64-bit)`,
    version,
    productCode,
    upgradeCode: guid(`Python ${major}.${minor}`),
    // 3.8 is the last one for Windows 7.
    minimumOs: Number(minor) > 8 ? '10.0.0' : '6.1.7601',
    properties: {
      Root: 'HKCU\\SOFTWARE',
      Root32: 'HKCU\\SOFTWARE',
      Cache: 'C:\\Users\\examsite\\AppData\\Local\\Package Cache',
      TargetDir: `C:\\Users\\examsite\\AppData\\Local\\Programs\\Python\\Python${major}${minor}`,
      PrependPath: '0',
    },
    allUsers: {
      Root: 'HKLM\\SOFTWARE',
      Root32: 'HKLM\\SOFTWARE\\WOW6432Node',
      Cache: 'C:\\ProgramData\\Package Cache',
      TargetDir: `C:\\Program Files\\Python${major}${minor}`,
    },
    effects: pythonEffects(version, productCode),
  };
}

/** The runtime that kiwisolver and matplotlib need and Python does not bring: MSVCP140.dll. */
export function vcRedist(version: string): Installer {
  const productCode = guid(`VC++ runtime ${version}`);
  const entry = {
    DisplayName: text(`Microsoft Visual C++ 2015-2019 Redistributable (x64) - ${version}`),
    DisplayVersion: text(`${version}.0`),
    QuietUninstallString: text(`"C:\\ProgramData\\Package Cache\\${productCode}\\VC_redist.x64.exe" /uninstall /quiet`),
  };
  const runtime = { Installed: { type: 'REG_DWORD', data: 1 }, Version: text(`v${version}.00`) };
  const library = (name: string) => ({
    path: `C:\\Windows\\System32\\${name}`,
    size: 600_000,
    version: `${version}.0`,
  });
  return {
    kind: 'burn',
    original: 'VC_redist.x64.exe',
    product: 'Microsoft Visual C++ 2015-2019 Redistributable (x64)',
    version,
    productCode,
    upgradeCode: guid('VC++ runtime'),
    minimumOs: '6.1.7601',
    // The Universal CRT (KB2999226) is part of Windows from 10 on.
    updatesBefore: '10.0.0',
    properties: { Cache: 'C:\\ProgramData\\Package Cache' },
    allUsers: {},
    effects: effects.parse({
      files: ['msvcp140.dll', 'vcruntime140.dll', 'vcruntime140_1.dll', 'concrt140.dll'].map(library),
      registry: [
        { key: `HKLM\\SOFTWARE\\WOW6432Node\\${uninstallKey}\\${productCode}`, values: entry },
        { key: 'HKLM\\SOFTWARE\\Microsoft\\VisualStudio\\14.0\\VC\\Runtimes\\X64', values: runtime },
      ],
    }),
  };
}
