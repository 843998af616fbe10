import type { Host } from '../../src/core/host.ts';
import { anacondaHome, anacondaHomes } from '../anaconda.ts';
import { observe, type Observed } from '../observe.ts';
import { nothing, probe, type Seen } from './look.ts';
import * as at from './places.ts';
import { load, type Saved } from './saved.ts';
import { minorOf, packagesOf, type PythonActual, type PythonDesired } from './schema.ts';

/** One round trip. */
export async function read(host: Host, desired: PythonDesired): Promise<PythonActual> {
  const [seen, saved] = await Promise.all([
    desired.distribution === 'anaconda' ? readAnaconda(host, desired) : readPythonOrg(host, desired),
    observe(load(host)),
  ]);
  const { unobserved, ...rest } = seen;
  return {
    ...rest,
    ...left(desired, rest, saved.value),
    unobserved: { ...unobserved, ...reasons({ former: saved.why }) },
  };
}

type Here = Omit<PythonActual, 'former' | 'extra'>;

/** What examsite itself did for another level. */
function left(
  { distribution, packages }: PythonDesired,
  { home, distributions }: Pick<Here, 'home' | 'distributions'>,
  saved: Saved | null | undefined,
): Pick<PythonActual, 'former' | 'extra'> {
  if (saved === null || saved === undefined) return { former: null, extra: [] };
  const moved = saved.distribution !== distribution || (distribution === 'anaconda' && saved.home !== home);
  if (moved) return { former: saved.home, extra: [] };
  if (saved.home !== home) return { former: null, extra: [] };
  const added = Object.entries(saved.packages).flatMap(([name, before]) => (before === null ? [name] : []));
  return { former: null, extra: added.filter((name) => !(name in packages) && name in distributions).sort() };
}

/**
 * Both well-known folders are probed, because which one counts is only known with the same answer: an interpreter that is not there costs the
 * machine one look at its file system.
 */
async function readPythonOrg(host: Host, desired: PythonDesired): Promise<Here> {
  const tag = minorOf(desired.version);
  const [probes, executable, version, core, core32] = await Promise.all([
    Promise.all(at.homes.map((home) => observe(probe(host, home, packagesOf(desired.level), desired.packages)))),
    observe(registeredExecutable(host, tag)),
    observe(registered(host, `${at.registered}\\${tag}`, 'Version')),
    observe(host.call('registry.read', { key: at.registered, names: [] })),
    observe(host.call('registry.read', { key: at.registered32, names: [] })),
  ]);
  const own = executable.value === null ? undefined : at.homeOf(executable.value);
  const elsewhere = own === undefined ? executable.value : null;
  const home = own ?? at.home;
  // Where another one is registered, that is the one that runs for a candidate; what lies here unregistered says nothing.
  const judged = elsewhere === null ? probes[at.homes.indexOf(home)] : undefined;
  const tags = [...(core.value?.subkeys ?? []), ...(core32.value?.subkeys ?? [])].filter((other) => other !== tag);
  return {
    home,
    registered: own === undefined ? null : (version.value ?? tag),
    ...(judged?.value ?? nothing),
    elsewhere,
    onPath: null,
    others: [...tags.sort(), ...unjudged(at.homes, probes, judged)],
    unobserved: reasons({
      interpreter: judged?.why ?? null,
      elsewhere: executable.why ?? version.why,
      others: core.why ?? core32.why,
    }),
  };
}

/** The first Anaconda of the right minor version; else where one is going to be. */
async function readAnaconda(host: Host, desired: PythonDesired): Promise<Here> {
  const [probes, histories, onPath] = await Promise.all([
    Promise.all(anacondaHomes.map((home) => observe(probe(host, home, packagesOf(desired.level), desired.packages)))),
    Promise.all(anacondaHomes.map((home) => observe(host.call('file.stat', { path: at.condaHistory(home) })))),
    observe(host.call('path.find', { name: 'python.exe' })),
  ]);
  const isConda = anacondaHomes.map((_, index) => histories[index]?.value?.exists === true);
  const fits = (seen: Seen | null | undefined, index: number): boolean =>
    isConda[index] === true && seen?.interpreter?.version.startsWith(`${minorOf(desired.version)}.`) === true;
  const index = Math.max(
    probes.findIndex(({ value }, at) => fits(value, at)),
    0,
  );
  const judged = probes[index];
  return {
    home: anacondaHomes[index] ?? anacondaHome,
    registered: null,
    ...(judged?.value ?? nothing),
    elsewhere: null,
    onPath: onPath.value?.files[0]?.path ?? null,
    others: unjudged(anacondaHomes, probes, judged),
    unobserved: reasons({
      interpreter: judged?.why ?? histories[index]?.why ?? null,
      onPath: onPath.why,
    }),
  };
}

export const registeredExecutable = (host: Host, tag: string): Promise<string | null> =>
  registered(host, `${at.registered}\\${tag}\\InstallPath`, 'ExecutablePath');

/** A text of the registry; null: it is not there. */
async function registered(host: Host, key: string, name: string): Promise<string | null> {
  const { values } = await host.call('registry.read', { key, names: [name] });
  const data = values[name]?.data;
  return typeof data === 'string' ? data : null;
}

/** Interpreters of a well-known folder beside the judged one: left over, or copied there. */
const unjudged = (
  homes: readonly string[],
  probes: readonly Observed<Seen>[],
  judged: Observed<Seen> | undefined,
): string[] =>
  homes
    .filter((_, index) => probes[index] !== judged && isThere(probes[index]?.value))
    .map((home) => at.interpreterOf(home));

const isThere = (seen: Seen | null | undefined): boolean =>
  seen !== null && seen !== undefined && (seen.interpreter !== null || seen.broken !== null);

const reasons = (whys: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(Object.entries(whys).flatMap(([part, why]) => (why === null ? [] : [[part, why]])));
