/** Packages of Debian's kind (Ubuntu, 统信UOS and 麒麟 too), in exactly the version that the site has chosen, from the depot and by dpkg alone: no repository is asked. */
import { z } from 'zod';
import type { Finding } from '../src/core/finding.ts';
import type { Host } from '../src/core/host.ts';
import type { Call } from '../src/core/primitives.ts';
import { onMachine } from '../src/core/undo.ts';
import { step } from './job.ts';
import { observe, type Observed } from './observe.ts';

export type Wanted = Readonly<Record<string, string>>;

export const packageState = z.strictObject({
  version: z.string().nullable().meta({ description: 'installed version; null: not installed, or only half' }),
  damaged: z
    .array(z.string())
    .meta({ description: 'files that are missing or not as the package brought them, at most 5' }),
});
export type PackageState = z.infer<typeof packageState>;
export type Packages = Readonly<Record<string, PackageState>>;

/** Every file of a browser is read and hashed. */
const verifySec = 120;
const installSec = 900;

/** Calls of one turn. */
export async function readPackages(host: Host, wanted: Wanted): Promise<Observed<Packages>> {
  const names = Object.keys(wanted).sort();
  if (names.length === 0) return { value: {}, why: null };
  const ask = (exe: string, args: readonly string[]) =>
    host.call('process.run', { exe, args, timeoutSec: verifySec, readOnly: true });
  const format = '--showformat=${binary:Package} ${db:Status-Status} ${Version}\n';
  return observe(
    Promise.all([
      ask('dpkg-query', ['--show', format, ...names]),
      ...names.map((name) => ask('dpkg', ['--verify', name])),
    ]).then(([listed, ...verified]) => {
      const versions = versionsOf(listed.stdout);
      return Object.fromEntries(
        names.map((name, index) => [
          name,
          { version: versions.get(name) ?? null, damaged: damagedOf(verified[index]?.stdout ?? '') },
        ]),
      );
    }),
  );
}

/** What is only half there counts as not there. */
const versionsOf = (listed: string): ReadonlyMap<string, string> =>
  new Map(
    listed.split('\n').flatMap((line) => {
      const [name = '', status, version = ''] = line.split(' ');
      return status === 'installed' ? [[name.split(':')[0] ?? '', version] as const] : [];
    }),
  );

/** `missing     /usr/…`, `??5??????   /usr/…`. With a `c` before the path it is a file of settings, and a person's to change. */
const damagedOf = (verified: string): string[] =>
  verified
    .split('\n')
    .flatMap((line) => /^(?:missing|[?.\w]{9}) {3,}(\/.*)$/.exec(line)?.[1] ?? [])
    .slice(0, 5);

/** One finding a package. */
export function packageFindings(
  requirement: string,
  wanted: Wanted,
  { value, why }: { value: Packages; why?: string | undefined },
): Finding[] {
  return Object.entries(wanted).map(([name, expected]): Finding => {
    const about = { requirement, property: `packages.${name}`, expected };
    const state = value[name];
    if (why !== undefined || state === undefined) {
      const said = why ?? 'not looked at';
      return {
        ...about,
        actual: null,
        verdict: 'unknown',
        sentence: { zh: `未能观察软件包 ${name}（${said}）`, en: `package ${name} could not be observed (${said})` },
      };
    }
    const { version, damaged } = state;
    const hurt =
      damaged.length === 0
        ? { zh: '', en: '' }
        : { zh: `，文件缺失或被改动：${damaged.join('、')}`, en: `, files missing or changed: ${damaged.join(', ')}` };
    return {
      ...about,
      actual: version,
      verdict: version === expected && damaged.length === 0 ? 'ok' : 'drifted',
      sentence: {
        zh: `软件包 ${name} ${version === null ? '未安装' : `为 ${version}`}，定为 ${expected}${hurt.zh}`,
        en: `package ${name} is ${version ?? 'not installed'}, pinned to ${expected}${hurt.en}`,
      },
    };
  });
}

/** Names of those that are not as wanted. */
export const wrongPackages = (wanted: Wanted, seen: Packages): string[] =>
  Object.entries(wanted).flatMap(([name, version]) => {
    const state = seen[name];
    return state?.version === version && state.damaged.length === 0 ? [] : [name];
  });

/** Nobody is asked anything, and settings that somebody has changed stay. */
const dpkg = (...args: readonly string[]): Call =>
  step('process.run', {
    exe: '/usr/bin/env',
    args: ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'dpkg', ...args],
    timeoutSec: installSec,
    expectExit: [0],
  });

/** All are fetched and checked before the first is changed. */
export function installPackages(host: Host, wanted: Wanted, names: readonly string[]): Call[] {
  if (names.length === 0) return [];
  const files = names.map((name) => {
    const { url, file, sha256, size } = host.depot.artifact(name, wanted[name] ?? '');
    return { url, path: onMachine('linux', 'pkg', file), sha256, size };
  });
  const paths = files.map(({ path }) => path);
  return [
    step('download', { files }),
    dpkg('--install', '--force-confdef', '--force-confold', ...paths),
    ...paths.map((path) => step('file.delete', { path })),
  ];
}

/** With their settings; what they have written themselves stays. */
export const removePackages = (names: readonly string[]): Call[] =>
  names.length === 0 ? [] : [dpkg('--purge', ...names)];

/** Versions before the first change; null: it was not there. */
export const formerVersions = (names: readonly string[], seen: Packages): Record<string, string | null> =>
  Object.fromEntries(names.map((name) => [name, seen[name]?.version ?? null]));
