/**
 * What Anaconda's installer puts on a machine: conda/constructor, constructor/nsis/main.nsi.tmpl (options, registry, uninstaller) and the
 * release notes of Anaconda Individual Edition (versions). Of its 250 packages here are those that the handbook's own ones depend on.
 */
import { effects, guid, type Effects, type FileEffect, type Installer } from './format.ts';

const mebibyte = 1024 * 1024;
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });

/** Python of each release. */
const pythons: Readonly<Record<string, string>> = {
  '2019.10': '3.7.4',
  '2020.02': '3.7.6',
  '2020.07': '3.8.3',
  '2020.11': '3.8.5',
  '2021.05': '3.8.8',
  '2021.11': '3.9.7',
  '2022.10': '3.9.13',
};

/** As of 2020.02. */
const bundled: Readonly<Record<string, string>> = {
  attrs: '19.3.0',
  certifi: '2019.11.28',
  cffi: '1.14.0',
  conda: '4.8.2',
  cryptography: '2.8',
  cycler: '0.10.0',
  idna: '2.8',
  jupyter: '1.0.0',
  kiwisolver: '1.1.0',
  lxml: '4.5.0',
  matplotlib: '3.1.3',
  numpy: '1.18.1',
  pandas: '1.0.1',
  Pillow: '7.0.0',
  pip: '20.0.2',
  pyOpenSSL: '19.1.0',
  'python-dateutil': '2.8.1',
  pytz: '2019.3',
  requests: '2.22.0',
  scipy: '1.4.1',
  seaborn: '0.10.0',
  setuptools: '45.2.0.post20200210',
  six: '1.14.0',
  spyder: '4.0.1',
  urllib3: '1.25.8',
};

/** Built by distutils: their metadata is one file, and pip refuses to uninstall them. Which ones it is differs between releases. */
const distutils = new Set(['certifi', 'pytz']);

function packageFiles(name: string, version: string): FileEffect[] {
  const site = '[InstDir]\\Lib\\site-packages';
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
  const module = { path: `${site}\\${name.toLowerCase()}\\__init__.py`, text: `__version__ = '${version}'\n` };
  const own = { path: `[InstDir]\\conda-meta\\${name.toLowerCase()}-${version}-py37_0.json`, text: '{}' };
  if (distutils.has(name)) return [module, own, { path: `${site}\\${name}-${version}-py3.7.egg-info`, text: metadata }];
  const info = `${site}\\${name.replaceAll('-', '_')}-${version}.dist-info`;
  const record = [`${name.toLowerCase()}/__init__.py,,`, `${name}-${version}.dist-info/METADATA,,`, ''].join('\n');
  return [
    module,
    own,
    { path: `${info}\\METADATA`, text: metadata },
    { path: `${info}\\INSTALLER`, text: 'conda\n' },
    { path: `${info}\\RECORD`, text: record },
  ];
}

function files(python: string): FileEffect[] {
  const executable = { program: 'python', version: python, architecture: '64bit' };
  const resource = `${python}150.1013`;
  const library = `python${python.split('.').slice(0, 2).join('')}.dll`;
  return [
    { path: '[InstDir]\\python.exe', version: resource, size: 100_000, executable },
    { path: '[InstDir]\\pythonw.exe', version: resource, size: 98_000, executable },
    { path: `[InstDir]\\${library}`, version: resource, size: 4 * mebibyte },
    // Anaconda brings the VC++ runtime along, beside its python.exe.
    ...['msvcp140.dll', 'vcruntime140.dll'].map((name) => ({ path: `[InstDir]\\${name}`, size: 600_000 })),
    { path: '[InstDir]\\conda-meta\\history', text: `==> ${python} <==\n` },
    { path: '[InstDir]\\_conda.exe', size: 12 * mebibyte },
    { path: '[InstDir]\\Scripts\\pip.exe', size: 106_000, executable: { program: 'pip' } },
    { path: '[InstDir]\\Scripts\\conda.exe', size: 106_000, executable: { program: 'window' } },
    { path: '[InstDir]\\Lib\\os.py', size: 60 * mebibyte },
    { path: '[InstDir]\\pkgs\\urls.txt', size: 2500 * mebibyte },
    ...Object.entries(bundled).flatMap(([name, version]) => packageFiles(name, version)),
  ];
}

function registry(name: string, version: string, python: string): Effects['registry'] {
  const minor = python.split('.').slice(0, 2).join('.');
  const core = `[Root]\\Python\\PythonCore\\${minor}`;
  return [
    {
      key: `[Root]\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${name}`,
      values: {
        DisplayName: text(name),
        DisplayVersion: text(version),
        Publisher: text('Anaconda, Inc.'),
        UninstallString: text('"[InstDir]\\Uninstall-Anaconda3.exe"'),
        QuietUninstallString: text('"[InstDir]\\Uninstall-Anaconda3.exe" /S'),
      },
    },
    { key: `${core}\\InstallPath`, values: { '': text('[InstDir]') }, when: 'RegisterPython' },
    {
      key: `${core}\\PythonPath`,
      values: { '': text('[InstDir]\\Lib;[InstDir]\\DLLs') },
      when: 'RegisterPython',
    },
  ];
}

export function anacondaInstaller(version: string): Installer {
  const python = pythons[version];
  if (python === undefined) throw new Error(`the lab does not know which Python Anaconda ${version} has`);
  const name = `Anaconda3 ${version} (Python ${python} 64-bit)`;
  // Since 2022.05 it does not add itself to everybody's PATH, whatever it is told.
  const when = version >= '2022.05' ? 'Never' : 'AddToPath';
  const folders = ['', '\\Library\\mingw-w64\\bin', '\\Library\\usr\\bin', '\\Library\\bin', '\\Scripts'];
  return {
    kind: 'nsis',
    product: name,
    version,
    productCode: guid(name),
    upgradeCode: guid('Anaconda3'),
    minimumOs: version >= '2021' ? '10.0.0' : '6.1.7601',
    properties: {
      Root: 'HKCU\\SOFTWARE',
      InstDir: 'C:\\Users\\examsite\\Anaconda3',
      AddToPath: '0',
      RegisterPython: '1',
    },
    allUsers: { Root: 'HKLM\\SOFTWARE', InstDir: 'C:\\ProgramData\\Anaconda3', RegisterPython: '0' },
    uninstaller: '[InstDir]\\Uninstall-Anaconda3.exe',
    operation: 'anaconda.install',
    effects: effects.parse({
      files: files(python),
      registry: registry(name, version, python),
      path: folders.map((folder) => ({ folder: `[InstDir]${folder}`, when })),
      owns: ['[InstDir]'],
    }),
  };
}
