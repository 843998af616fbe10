/** 360压缩, and what else unpacks an archive: at L3 any of them will do (windows-facts 9). */
import type { Host } from '../../../src/core/host.ts';
import { step } from '../../job.ts';
import { programOf, type Product } from '../../products.ts';
import type { Found } from '../schema.ts';
import { programs, type Programs } from './program.ts';
import { installed, installSec, removeSec, type Tool } from './tool.ts';

const version: Programs['version'] = (product, file) => product?.version ?? file.version;
const anywhere = (below: string): string[] => [`C:\\Program Files*\\${below}`];

const zip360Programs: Programs = {
  entry: /^360压缩/,
  patterns: anywhere('360\\360zip\\360zip.exe'),
  version,
};

/** Programs that are known to unpack zip, rar and 7z. One that speaks on a command line is asked whether it runs. */
const others: readonly Programs[] = [
  {
    entry: /^7-Zip \d/,
    patterns: anywhere('7-Zip\\7zFM.exe'),
    probe: { exe: 'C:\\Program Files\\7-Zip\\7z.exe', args: ['i'], says: /^\s*7-Zip / },
    version,
  },
  { entry: /^WinRAR \d/, patterns: anywhere('WinRAR\\WinRAR.exe'), version },
  { entry: /^(?:Bandizip|班迪解压)/, patterns: anywhere('Bandizip\\Bandizip.exe'), version },
  { entry: /^PeaZip \d/, patterns: anywhere('PeaZip\\peazip.exe'), version },
  { entry: /^2345好压/, patterns: anywhere('2345Soft\\HaoZip\\HaoZip.exe'), version },
];

export const zip360: Tool = {
  product: '360zip',
  title: { zh: '360压缩', en: '360zip' },
  entry: zip360Programs.entry,
  folder: null,
  replaces: true,
  look: (host, products) => programs(host, zip360Programs, products),
  install: (installer) => [
    step('process.run', { exe: installer, args: ['/S'], timeoutSec: installSec, expectExit: [...installed] }),
  ],
  remove: ({ uninstall }) => {
    const exe = programOf(uninstall ?? '');
    return exe === undefined
      ? []
      : [step('process.run', { exe, args: ['/S'], timeoutSec: removeSec, expectExit: [...installed] })];
  },
};

export async function unpackers(host: Host, products: Promise<readonly Product[]>): Promise<Found[]> {
  return (await Promise.all(others.map((one) => programs(host, one, products)))).flat();
}
