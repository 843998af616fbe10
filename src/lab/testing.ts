/** For tests of modules: one simulated PC in memory and a Host for it. Nothing to start, nothing to stop. */
import { Readable } from 'node:stream';
import { Lan } from './lan.ts';
import type { DepotLock, LockedArtifact } from '../depot/lock.ts';
import type { Artifact, DepotView } from '../core/host.ts';
import { UserError } from '../core/errors.ts';
import { type DirectHost, directHost } from './direct-host.ts';
import { createMachine, type MachineOptions } from './pc/create.ts';
import { Refusal } from './pc/fault.ts';
import type { Fetched } from './pc/fetch.ts';
import type { Pc } from './pc/pc.ts';
import { software } from './software.ts';

export interface SimulatedPcOptions extends Partial<MachineOptions> {
  readonly depot?: { readonly lock: DepotLock; readonly files: ReadonlyMap<string, Buffer> };
}

export interface SimulatedPc {
  readonly machine: Pc;
  readonly host: DirectHost;
  readonly lan: Lan;
  readonly lock: DepotLock;
}

const depotUrl = 'http://10.30.1.2:8080/';

export async function simulatedPc(options: SimulatedPcOptions = {}): Promise<SimulatedPc> {
  const { lock, files } = options.depot ?? { lock: { artifacts: [], wheels: {} }, files: new Map<string, Buffer>() };
  const lan = options.lan ?? new Lan({ subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'] });
  const machine = createMachine({ name: 'r301-s07', software, ...options, lan });
  machine.fetched = fromMemory(files);
  await Promise.resolve();
  return { machine, host: directHost(machine, depotView(lock, depotUrl)), lan, lock };
}

function fromMemory(files: ReadonlyMap<string, Buffer>): Fetched {
  return async (pc, url) => {
    await Promise.resolve();
    if (pc.nic.address === null || !pc.nic.reachable) throw new Refusal('no-answer', `no network to reach ${url}`);
    if (!url.startsWith(depotUrl)) throw new Refusal('no-answer', `nothing answers at ${url}`);
    const content = files.get(decodeURIComponent(url.slice(depotUrl.length)));
    return { status: content ? 200 : 404, body: Readable.from(content ? [content] : []) };
  };
}

/** @param base URL with a trailing slash */
export function depotView(lock: DepotLock, base: string): DepotView {
  const located = ({ file, sha256, size }: LockedArtifact): Artifact => ({ url: `${base}${file}`, file, sha256, size });
  const required = (found: LockedArtifact | undefined, what: string): Artifact => {
    if (found) return located(found);
    throw new UserError([
      {
        where: 'depot.lock.yaml',
        expected: { zh: what, en: what },
        got: '-',
        fix: { zh: '把它加入安装包库', en: 'add it to the depot' },
        code: 'DEP001',
      },
    ]);
  };
  return {
    artifact: (product, version) =>
      required(
        lock.artifacts.find((entry) => entry.product === product && entry.version === version),
        `${product} ${version}`,
      ),
    wheels: (set) => {
      const names = lock.wheels[set];
      if (!names) return [required(undefined, `wheels ${set}`)];
      return names.map((file) =>
        required(
          lock.artifacts.find((entry) => entry.file === file),
          file,
        ),
      );
    },
  };
}
