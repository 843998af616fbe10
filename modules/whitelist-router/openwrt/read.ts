/** Everything about the box in one round trip: a fixed script, whose answer comes in named sections. */
import { CallError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import { kernelKeys, policyName, statsPort } from '../linux/places.ts';
import { lists, source } from '../linux/render.ts';
import type { Desired } from '../schema.ts';
import { filesOf, openWrtSet, rivals, services } from './places.ts';
import { command } from './quote.ts';
import type { Actual } from './schema.ts';
import { listenersOf } from './web.ts';
import { runningOf } from './running.ts';

const timeoutSec = 30;

export async function read(host: Host, desired: Desired): Promise<Actual> {
  const paths = Object.keys(filesOf(openWrtSet(desired)));
  const line = command('sh', '-s', desired.lan.address, policyName, String(statsPort), ...paths);
  const stdin = source('look.sh', 'openwrt');
  const { stdout, stderr } = await host.call('console.run', { command: line, stdin, timeoutSec, readOnly: true });
  const said = sectionsOf(stdout);
  if (!said.has('end')) {
    const message = `the look ended early: ${stderr.trim().split('\n').at(-1) ?? ''}`;
    throw new CallError('console.run', { code: 'failed', message });
  }
  return actualOf(desired, paths, (name) => said.get(name) ?? []);
}

function actualOf(desired: Desired, paths: readonly string[], lines: (name: string) => string[]): Actual {
  const hashes = new Map(lines('files').map((line) => [line.slice(66), line.slice(0, 64)]));
  const once = lines('once');
  const running = [...runningOf(lines('running').join('\n')), ...once];
  const scripts = lines('scripts');
  const enabled = lines('enabled');
  const [live, loaded] = [lines('live'), lines('loaded')].map((some) =>
    some.map((line) => line.trim()).filter(Boolean),
  );
  const [manager] = lines('manager');
  const change = lines('change');
  return {
    missing: lines('missing'),
    manager: manager === 'apk' || manager === 'opkg' ? manager : null,
    policy: lines('current')[0] ?? null,
    files: Object.fromEntries(paths.map((path) => [path, hashes.get(path) ?? null])),
    lists: listsOf(desired, lines('lists')),
    firewall: { live: live?.length ? live : null, wanted: loaded ?? [] },
    proxy: lines('proxy')[0] ?? null,
    resolver: lines('resolver')[0] ?? null,
    services: Object.fromEntries(
      [...services, ...rivals]
        .filter((name) => scripts.includes(name))
        .map((name) => [name, { atBoot: enabled.includes(name), running: running.includes(name) }]),
    ),
    kernel: Object.fromEntries(
      lines('kernel').flatMap((line) => {
        const [key = '', value = ''] = line.split(' = ');
        return kernelKeys.some((known) => known === key) ? [[key, value]] : [];
      }),
    ),
    unconfirmed: change.includes('unconfirmed') || change[0] === 'running' || change[0] === 'awaiting',
    web: listenersOf(lines('uhttpd').join('\n')),
    unobserved: {},
  };
}

/** `@@name`, then its lines. */
export function sectionsOf(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^@@([a-z]+)$/.exec(line)?.[1];
    if (name !== undefined) found.set(name, (lines = []));
    else if (line !== '') lines.push(line);
  }
  return found;
}

function listsOf(desired: Desired, lines: readonly string[]): Record<string, string[]> {
  const named = lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
  const names = new Set([...Object.keys(lists(desired)), ...named.map(([name]) => name)]);
  return Object.fromEntries(
    [...names].map((name) => [name, named.flatMap(([of, line]) => (of === name ? [line] : []))]),
  );
}
