/** What is already on a PC when examsite first meets it: put there by the school, by the same effects as an installer's. */
import type { Machine } from '../pc/machine.ts';
import { applyEffects, substitute } from '../programs/effects.ts';
import { installStandalone } from '../programs/standalone.ts';
import { installWheel, sitePackages } from '../programs/python/site-packages.ts';
import { readWheel } from '../programs/python/wheel.ts';
import { anacondaInstaller } from './anaconda.ts';
import { chromedriverExe, chromeEffects, chromeFromExe, chromeMsi } from './chrome.ts';
import { navicatInstaller, pycharmInstaller, sevenZipInstaller, zip360Installer } from './desktop.ts';
import { firefoxInstaller } from './firefox.ts';
import { guid, seal, type Installer } from './format.ts';
import { inputMethods } from './input-methods.ts';
import { pythonInstaller, vcRedist } from './python.ts';
import { buildWheel } from './wheels.ts';

export type Preinstalled =
  /** `exe`: from Google's page, the usual way; `user`: into one account's own folder, where no administrator sees it. */
  | { readonly product: 'chrome'; readonly version: string; readonly how: 'exe' | 'msi' | 'user' }
  | {
      readonly product: 'python';
      readonly version: string;
      readonly folder?: string;
      readonly packages?: Readonly<Record<string, string>>;
    }
  | { readonly product: 'chromedriver'; readonly version: string; readonly folder: string }
  /** `bits`: @default 64 */
  | { readonly product: 'firefox'; readonly version: string; readonly bits?: 32 | 64; readonly folder?: string }
  | { readonly product: 'vc-redist'; readonly version: string }
  /** 电子教室: the teacher's eye on the PC; it runs whenever somebody is logged on, with the VC++ runtime loaded. */
  | { readonly product: 'classroom'; readonly version: string }
  /** An antivirus of somebody else's, by the name that it goes by. */
  | { readonly product: 'antivirus'; readonly name: string }
  /** An input method of somebody else's: one that shows advertising, and a Wubi of the older kind. */
  | { readonly product: 'sogou' | 'freewb'; readonly version: string }
  | {
      readonly product: '360zip' | '7zip' | 'anaconda' | 'navicat' | 'pycharm';
      readonly version: string;
      /** @default the one that its installer proposes */
      readonly folder?: string;
    };

export function preinstall(machine: Machine, what: Preinstalled): void {
  switch (what.product) {
    case 'chrome':
      return preinstallChrome(machine, what);
    case 'python':
      return preinstallPython(machine, what);
    case 'chromedriver': {
      const content = Buffer.from(chromedriverExe(what.version, 32));
      return machine.files.write(`${what.folder}\\chromedriver.exe`, { content, size: 9_000_000 });
    }
    case 'firefox':
      return standalone(machine, firefoxInstaller(what.version, what.bits), what.folder);
    case 'vc-redist': {
      const runtime = vcRedist(what.version);
      return installed(machine, runtime, runtime.properties, 'VC_redist.x64.exe');
    }
    case 'antivirus': {
      const key = `HKLM\\SOFTWARE\\Microsoft\\Security Center\\Provider\\Av\\${guid(what.name)}`;
      machine.registry.set(key, 'DISPLAYNAME', { type: 'REG_SZ', data: what.name });
      return machine.registry.set(key, 'STATE', { type: 'REG_DWORD', data: 0x41000 });
    }
    case 'sogou':
    case 'freewb':
      return standalone(machine, inputMethods[what.product](what.version));
    case 'classroom':
      return preinstallClassroom(machine, what.version);
    default:
      return standalone(machine, standaloneOf[what.product](what.version), what.folder);
  }
}

const standaloneOf = {
  '360zip': zip360Installer,
  '7zip': sevenZipInstaller,
  anaconda: anacondaInstaller,
  navicat: navicatInstaller,
  pycharm: pycharmInstaller,
} as const;

/** As somebody clicked through it, for all users. */
function standalone(machine: Machine, wanted: Installer, folder?: string): void {
  const end = installStandalone(machine, wanted, {
    ...wanted.properties,
    ...wanted.allUsers,
    ...(folder !== undefined && { InstDir: folder }),
  });
  if (end === 'failed') throw new RangeError(`${machine.name} does not take ${wanted.product}`);
}

function preinstallChrome(machine: Machine, { version, how }: { version: string; how: 'exe' | 'msi' | 'user' }): void {
  if (how === 'exe') return void applyEffects(machine, chromeFromExe(version));
  if (how === 'msi') {
    const wanted = chromeMsi(version);
    applyEffects(machine, wanted.effects);
    const content = seal(wanted);
    return machine.files.write(`C:\\Windows\\Installer\\${wanted.productCode}.msi`, { content, size: content.length });
  }
  const { files } = chromeEffects(version, 'C:\\Users\\exam\\AppData\\Local\\Google\\Chrome');
  const own = files.filter((file) => file.path.includes('\\Users\\'));
  applyEffects(machine, { files: own, registry: [], services: [], tasks: [], path: [], owns: [] });
}

const classroomFolder = 'C:\\Program Files (x86)\\Mythware\\Classroom';
const runKey = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

function preinstallClassroom(machine: Machine, version: string): void {
  const path = `${classroomFolder}\\StudentMain.exe`;
  const loads = ['msvcp140.dll', 'vcruntime140.dll'].map((name) => `C:\\Windows\\System32\\${name}`);
  const content = Buffer.from(JSON.stringify({ program: 'window', version, loads }));
  machine.files.write(path, { content, size: 9_000_000, version });
  machine.registry.set(runKey, 'StudentMain', { type: 'REG_SZ', data: `"${path}"` });
}

function preinstallPython(machine: Machine, what: Extract<Preinstalled, { product: 'python' }>): void {
  const wanted = pythonInstaller(what.version);
  const folder = what.folder !== undefined && { TargetDir: what.folder };
  const properties = { ...wanted.properties, ...wanted.allUsers, PrependPath: '1', ...folder };
  installed(machine, wanted, properties, `python-${what.version}-amd64.exe`);
  const site = sitePackages(properties.TargetDir ?? '');
  for (const [name, version] of Object.entries(what.packages ?? {})) {
    installWheel(machine, site, readWheel(buildWheel(name, version).content));
  }
}

function installed(
  machine: Machine,
  wanted: Installer,
  properties: Readonly<Record<string, string>>,
  file: string,
): void {
  applyEffects(machine, substitute(wanted.effects, properties), properties);
  const content = seal({ ...wanted, properties: { ...properties } });
  const cached = `${properties['Cache'] ?? ''}\\${wanted.productCode}\\${file}`;
  machine.files.write(cached, { content, size: content.length });
}
