/** Which agent knows which primitive. A name that is missing here, or not in the vocabulary, does not compile. */
import type { PrimitiveName } from '../../core/host.ts';
import type { Platform } from '../channel.ts';

const known = {
  'registry.read': ['windows'],
  'registry.find': ['windows'],
  'registry.write': ['windows'],
  'registry.delete': ['windows'],
  'file.stat': ['windows', 'linux'],
  'file.list': ['windows', 'linux'],
  'file.find': ['windows', 'linux'],
  'file.read': ['windows', 'linux'],
  'file.write': ['windows', 'linux'],
  'secret.write': ['linux'],
  'file.delete': ['windows', 'linux'],
  'path.find': ['windows', 'linux'],
  'archive.extract': ['windows', 'linux'],
  'process.run': ['windows', 'linux'],
  'console.run': ['openwrt', 'routeros'],
  'process.list': ['windows', 'linux'],
  'service.read': ['windows', 'linux'],
  'service.write': ['windows', 'linux'],
  'task.read': ['windows'],
  'task.write': ['windows'],
  'firewall.read': ['windows'],
  'firewall.write': ['windows'],
  'firewall.switch': ['windows'],
  'certificate.read': ['windows'],
  'certificate.add': ['windows'],
  'certificate.delete': ['windows'],
  'cim.query': ['windows'],
  'cim.invoke': ['windows'],
  'linux.facts': ['linux'],
  'net.read': ['windows', 'linux'],
  'net.write': ['windows', 'linux'],
  'net.probe': ['windows', 'linux'],
  'net.exchange': ['windows', 'linux'],
  'net.ping': ['windows', 'linux'],
  download: ['windows', 'linux'],
  'webdriver.session': ['windows', 'linux'],
  'job.start': ['windows', 'linux'],
  'job.status': ['windows', 'linux'],
  'job.confirm': ['windows', 'linux'],
  'job.forget': ['windows', 'linux'],
  restart: ['windows', 'linux'],
} as const satisfies Record<PrimitiveName, readonly Platform[]>;

const byName: Readonly<Record<PrimitiveName, readonly Platform[]>> = known;

/** Sorted. */
export function primitivesOf(platform: Platform): PrimitiveName[] {
  const names = Object.keys(byName) as PrimitiveName[];
  return names.filter((name) => byName[name].includes(platform)).sort();
}
