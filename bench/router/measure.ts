/** 200 clients through the whitelist router, and the same through the same box as a plain router: what the whitelist costs, as ratios within one run. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ruleSet } from '../../modules/whitelist-router/linux/render.ts';
import { Box } from '../../test/network/box.ts';
import { wanted } from '../../test/network/conversations.ts';
import { ExamNetwork, room } from '../../test/network/exam-network.ts';
import { internet } from '../../test/network/internet.ts';
import { spread, type Spread } from '../compare.ts';

export const kinds = ['page', 'tls', 'large'] as const;
export type Kind = (typeof kinds)[number];

export interface Amount {
  readonly clients: number;
  readonly rounds: number;
  /** Requests of each client for a page; a second between two. */
  readonly pages: number;
  /** Bytes of the large file, which every client fetches at once. */
  readonly large: number;
}

/** Milliseconds of a page, and of a page over TLS; megabytes a second of all clients together. */
export interface Measured {
  readonly ms: Readonly<Record<'page' | 'tls', Spread & { readonly p95: number }>>;
  readonly megabytesPerSec: number;
}
export interface RouterFigures extends Amount {
  readonly plain: Measured;
  readonly filtered: Measured;
}

const rules = { http: ['allowed.example:8088/'], https: ['allowed.example:8444/'], addresses: [] };
const load = z.object({ times: z.array(z.number()), seconds: z.number() });
type Load = z.infer<typeof load>;

export async function measure(amount: Amount, say: (line: string) => void): Promise<RouterFigures> {
  const network = await ExamNetwork.open();
  try {
    const clients = addClients(network, amount.clients);
    await startOrigin(network, amount.large);
    const box = new Box(network);
    const rounds: Record<'plain' | 'filtered', Record<Kind, Load>[]> = { plain: [], filtered: [] };
    for (let round = 0; round < amount.rounds; round += 1) {
      await asPlainRouter(network);
      rounds.plain.push(await loads(network, clients, internet.shared, amount));
      await box.start(ruleSet(wanted({ rules })));
      rounds.filtered.push(await loads(network, clients, room.gateway, amount));
      await Promise.all([box.stopProxy(), box.stopResolver()]);
      say(`round ${round + 1} of ${amount.rounds}`);
    }
    return { ...amount, plain: summed(rounds.plain, amount), filtered: summed(rounds.filtered, amount) };
  } finally {
    await network.close();
  }
}

/** More addresses of the first PC's card: to the box each is a client of its own. */
function addClients({ namespaces, pcs: [pc = ''] }: ExamNetwork, count: number): string[] {
  const clients = Array.from({ length: count }, (_, index) => `${room.net}.${31 + index}`);
  for (const address of clients) namespaces.run(pc, 'ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  return clients;
}

async function startOrigin({ namespaces, inet, folder }: ExamNetwork, large: number): Promise<void> {
  const files = ['site.pem', 'site.key'].map((name) => path.join(folder, name));
  const script = path.join(import.meta.dirname, 'origin.ts');
  const child = namespaces.start(inet.namespace, process.execPath, [script, internet.shared, ...files, String(large)]);
  await firstLine(child);
}

/** No rule, no daemon: packets are handed on, and the internet knows the way back. */
async function asPlainRouter({ namespaces, box, inet }: ExamNetwork): Promise<void> {
  await namespaces.exec(box, 'nft', 'flush', 'ruleset');
  await namespaces.exec(box, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
  await namespaces.exec(inet.namespace, 'ip', 'route', 'replace', `${room.net}.0/24`, 'via', internet.gateway);
}

async function loads(
  network: ExamNetwork,
  clients: readonly string[],
  server: string,
  { pages }: Amount,
): Promise<Record<Kind, Load>> {
  const run = async (kind: Kind, requests: number, everyMs: number): Promise<Load> => {
    const script = path.join(import.meta.dirname, 'load.ts');
    const asked = JSON.stringify({ clients, server, kind, requests, everyMs });
    const child = network.namespaces.start(network.pcs[0] ?? '', process.execPath, [script, asked], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return load.parse(JSON.parse(await firstLine(child)));
  };
  return {
    page: await run('page', pages, 1000),
    tls: await run('tls', pages, 1000),
    large: await run('large', 1, 0),
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${child.spawnargs.join(' ')} ended`))),
  ])) as [string];
  return line;
}

function summed(rounds: readonly Record<Kind, Load>[], { clients, large }: Amount): Measured {
  const times = (kind: 'page' | 'tls') => {
    const all = rounds.flatMap((round) => round[kind].times);
    return { ...spread(all), p95: all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? NaN };
  };
  const speeds = rounds.map((round) => (clients * large) / 1e6 / round.large.seconds);
  return { ms: { page: times('page'), tls: times('tls') }, megabytesPerSec: spread(speeds).median };
}
