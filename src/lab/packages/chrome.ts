/** What Chrome's installers put on a machine (docs: windows-facts 5). */
import { createHash } from 'node:crypto';
import { effects, guid, type Effects, type Installer } from './format.ts';

const appId = '{8A69D345-D564-463C-AFF1-A69D9E530F96}';
const updateKey = 'HKLM\\SOFTWARE\\WOW6432Node\\Google\\Update';
const uninstallKey = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
/** Entry of a Chrome that was not installed by MSI. */
export const exeUninstallKey = `HKLM\\SOFTWARE\\WOW6432Node\\${uninstallKey}\\Google Chrome`;
const updateFolder = 'C:\\Program Files (x86)\\Google\\Update';
const mebibyte = 1024 * 1024;

const majorOf = (version: string): number => Number(version.split('.')[0]);
const text = (data: string): { type: 'REG_SZ'; data: string } => ({ type: 'REG_SZ', data });

/** The 64-bit Chrome lived among the 32-bit programs until 2020; one that updates itself stays where it is. */
export function chromeFolder(version: string): string {
  return majorOf(version) >= 85 ? 'C:\\Program Files\\Google\\Chrome' : 'C:\\Program Files (x86)\\Google\\Chrome';
}

/** Chrome's MSI has a version of its own, because Windows Installer looks at three fields only: 79.0.3945.79 is 67.218.16463. */
export function msiVersion(version: string): string {
  const [, , build = 0, patch = 0] = version.split('.').map(Number);
  return [64 | (build >> 10), (build >> 2) & 0xff, ((build & 3) << 14) | (patch & 0x3fff)].join('.');
}

/** The updater's services and tasks. From 123 on a new updater does it, with its version in the names. */
export function updaterEffects(version: string): Pick<Effects, 'services' | 'tasks'> {
  const service = (name: string, startType: 'Automatic' | 'Manual', path: string) => ({ name, startType, path });
  if (majorOf(version) >= 123) {
    const updater = `"C:\\Program Files (x86)\\Google\\GoogleUpdater\\${version}\\updater.exe" --system`;
    return {
      services: [
        service(`GoogleUpdaterService${version}`, 'Automatic', `${updater} --windows-service --service=update`),
        service(`GoogleUpdaterInternalService${version}`, 'Automatic', `${updater} --service=update-internal`),
      ],
      tasks: [`\\GoogleSystem\\GoogleUpdater\\GoogleUpdaterTaskSystem${version}${guid(`updater ${version}`)}`],
    };
  }
  const update = `"${updateFolder}\\GoogleUpdate.exe"`;
  return {
    services: [service('gupdate', 'Automatic', `${update} /svc`), service('gupdatem', 'Manual', `${update} /medsvc`)],
    tasks: ['\\GoogleUpdateTaskMachineCore', '\\GoogleUpdateTaskMachineUA'],
  };
}

/** Program files and Google's own keys; what differs between MSI and EXE is the entry in Uninstall. */
export function chromeEffects(version: string, folder = chromeFolder(version)): Effects {
  const application = `${folder}\\Application`;
  const elevation = {
    name: 'GoogleChromeElevationService',
    startType: 'Manual' as const,
    path: `"${application}\\${version}\\elevation_service.exe"`,
  };
  const updater = updaterEffects(version);
  return effects.parse({
    files: [
      { path: `${application}\\chrome.exe`, size: 2 * mebibyte, version, executable: { program: 'chrome', version } },
      { path: `${application}\\${version}\\chrome.dll`, size: 150 * mebibyte, version },
      { path: `${application}\\${version}\\elevation_service.exe`, size: mebibyte, version },
      { path: `${updateFolder}\\GoogleUpdate.exe`, size: mebibyte, version: '1.3.36.372' },
    ],
    registry: [{ key: `${updateKey}\\Clients\\${appId}`, values: { name: text('Google Chrome'), pv: text(version) } }],
    services: [...updater.services, elevation],
    tasks: updater.tasks,
    owns: [folder, updateFolder, updateKey],
  });
}

/** setup.exe stays on the machine and knows what it has to take away. */
export function withSetup(version: string, folder: string, base = chromeEffects(version, folder)): Effects {
  const path = setupPath(version, folder);
  const executable = { program: 'chrome-setup', version, removes: base };
  return { ...base, files: [...base.files, { path, size: 4 * mebibyte, version, executable }] };
}

export function setupPath(version: string, folder = chromeFolder(version)): string {
  return `${folder}\\Application\\${version}\\Installer\\setup.exe`;
}

export function chromeMsi(version: string): Installer {
  const productCode = guid(`Google Chrome MSI ${version}`);
  const folder = chromeFolder(version);
  const base = chromeEffects(version);
  const entry = {
    DisplayName: text('Google Chrome'),
    DisplayVersion: text(msiVersion(version)),
    Publisher: text('Google LLC'),
    UninstallString: text(`MsiExec.exe /X${productCode}`),
    WindowsInstaller: { type: 'REG_DWORD' as const, data: 1 },
  };
  const registry = [...base.registry, { key: `HKLM\\SOFTWARE\\${uninstallKey}\\${productCode}`, values: entry }];
  return {
    kind: 'msi',
    product: 'Google Chrome',
    version,
    productCode,
    upgradeCode: guid('Google Chrome'),
    // The last Chrome for Windows 7 is 109.
    minimumOs: majorOf(version) > 109 ? '10.0.0' : '6.1.0',
    versionFile: `${folder}\\Application\\chrome.exe`,
    properties: {},
    allUsers: {},
    effects: withSetup(version, folder, { ...base, registry }),
  };
}

/** As the installer from Google's page leaves it, which is how Chrome came onto most school PCs. */
export function chromeFromExe(version: string, folder = chromeFolder(version)): Effects {
  const base = chromeEffects(version, folder);
  const entry = {
    DisplayName: text('Google Chrome'),
    DisplayVersion: text(version),
    InstallLocation: text(`${folder}\\Application`),
    UninstallString: text(`"${setupPath(version, folder)}" --uninstall --system-level`),
  };
  return withSetup(version, folder, { ...base, registry: [...base.registry, { key: exeUninstallKey, values: entry }] });
}

/** chromedriver.exe: up to 114 there is none but the 32-bit one for Windows. */
export function chromedriverExe(version: string, bits: 32 | 64): string {
  const [, , build = ''] = version.split('.');
  const revision = `${createHash('sha1').update(version).digest('hex')}-refs/branch-heads/${build}`;
  return JSON.stringify({ program: 'chromedriver', version, revision, bits });
}
