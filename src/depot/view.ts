/** The lock as modules see it. */
import { UserError } from '../core/errors.ts';
import type { Artifact, DepotView } from '../core/host.ts';
import type { DepotLock, LockedArtifact } from './lock.ts';

const lockFile = 'inventories/depot.lock.yaml';

/** @param baseUrl of the depot as the PCs see it */
export function depotView(lock: DepotLock, baseUrl: string): DepotView {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  const served = ({ file, sha256, size }: LockedArtifact): Artifact => ({
    url: new URL(file, base).href,
    file,
    sha256,
    size,
  });
  return {
    artifact(product, version) {
      const candidates = lock.artifacts.filter((entry) => entry.product === product);
      const found = candidates.find((entry) => entry.version === version);
      if (found) return served(found);
      const versions = candidates.map((entry) => entry.version).join(', ');
      throw missing(
        'artifacts',
        `${product} ${version}`,
        versions === '' ? `no ${product}` : `${product} ${versions}`,
        'DEP003',
      );
    },
    wheels(name) {
      const files = lock.wheels[name];
      if (!files) throw missing('wheels', name, Object.keys(lock.wheels).join(', ') || 'none', 'DEP004');
      const wheels = new Map(lock.artifacts.map((entry) => [entry.file, entry]));
      return files.flatMap((file) => {
        const entry = wheels.get(file);
        return entry ? [served(entry)] : [];
      });
    },
  };
}

function missing(part: string, wanted: string, got: string, code: string): UserError {
  const expected = { zh: wanted, en: wanted };
  const fix = {
    zh: '把该文件放入安装包库并登记到锁定文件，或改用其中已有的版本',
    en: 'put the file into the depot and into the lock, or ask for a version that is there',
  };
  return new UserError([{ where: `${lockFile} ${part}`, expected, got, fix, code }]);
}
