/** The leak test by command, from every PC of a room: through the whitelist, through a router that is open, and through one that says nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ruleSet } from '../../modules/whitelist-router/linux/render.ts';
import { loadTargets } from '../../src/check/probe.ts';
import { home as homeAt, type Home } from '../../src/core/home.ts';
import { ensureIdentity } from '../../src/hosts/identity.ts';
import { loadWhitelist } from '../../src/whitelist/file.ts';
import { rulesOf } from '../../src/whitelist/rules.ts';
import { Box } from '../../test/network/box.ts';
import { wanted } from '../../test/network/conversations.ts';
import { ExamNetwork, room } from '../../test/network/exam-network.ts';
import { internet } from '../../test/network/internet.ts';
import { openUp } from '../../test/network/open.ts';
import { commandIn, type Run } from './command.ts';
import { BenchPcs } from './pcs.ts';
import { writeSite, zone } from './site.ts';

export interface Leaktest {
  readonly router: 'filtering' | 'open' | 'silent';
  /** Of the whole command. */
  readonly seconds: number;
  readonly conversations: number;
  readonly roundTrips: number;
  /** How many conversations came out how. */
  readonly shown: Readonly<Record<string, number>>;
  /** Seconds of CPU. */
  readonly cpu: Readonly<Record<'controller' | 'pcs' | 'router', number>>;
}
export interface LeaktestFigures {
  readonly pcs: number;
  readonly entries: number;
  readonly runs: readonly Leaktest[];
}

const result = z.object({
  ...{ conversations: z.int(), roundTrips: z.int() },
  seats: z.array(z.object({ name: z.string(), findings: z.array(z.object({ actual: z.string().nullable() })) })),
});

/** @param count PCs, some of them spares */
export async function measureLeaktest(count: number, say: (line: string) => void): Promise<LeaktestFigures> {
  const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-bench-leaktest-')));
  const addresses = Array.from({ length: count }, (_, index) => `${room.net}.${11 + index}`);
  const network = await ExamNetwork.open(addresses, standIn(home));
  try {
    // Where the controller of a real site is: beside the PCs.
    plugIn(network);
    const pcs = await BenchPcs.start(network, addresses, ensureIdentity(home).publicKey);
    await writeSite(home, pcs.pcs, Math.ceil(count / 11));
    const run = (...words: string[]): Promise<Run> => commandIn(network, home, words);
    await done(run('whitelist', 'import', path.join(home.root, 'list.txt')));
    say(`enrolling ${count} PCs …`);
    await done(run('enroll', '--room', '301', '--yes'));
    const whitelist = loadWhitelist(home);
    if (whitelist === undefined) throw new Error('no whitelist');
    const { http, https, addresses: direct } = rulesOf(whitelist);
    const rules = ruleSet(wanted({ rules: { http: [...http], https: [...https], addresses: [...direct] } }));
    const bench = new Bench(network, pcs, run, rules);
    const runs: Leaktest[] = [];
    for (const router of ['open', 'filtering', 'silent'] as const) {
      const one = await bench.measure(router);
      say(`${router}: ${one.seconds.toFixed(2)} s, ${JSON.stringify(one.shown)}`);
      runs.push(one);
    }
    return { pcs: count, entries: whitelist.allowed.length, runs };
  } finally {
    await network.close();
    rmSync(home.root, { recursive: true, force: true });
  }
}

/** Every place that handbook/probes.yaml names exists here, so that an open router leaks what it would leak outside. */
function standIn(home: Home) {
  const { names, doh, text, addresses, resolvers, time } = loadTargets(home);
  const records = [...names, ...doh, text].map((name) => `--address=/${name}/${internet.evil}`);
  return {
    quiet: true,
    zone: [...zone, ...records, `--txt-record=${text},from outside`],
    addresses: [...addresses, ...time],
    resolvers: [...new Set([...resolvers, ...addresses])],
  };
}

function plugIn({ namespaces, controller, lan, box }: ExamNetwork): void {
  const address = `${room.net}.250/24`;
  namespaces.link({ namespace: controller, name: 'lan0', address }, { namespace: lan, name: 'ctl' });
  namespaces.run(lan, 'ip', 'link', 'set', 'ctl', 'master', 'br0');
  // Everywhere else is there too.
  namespaces.run(box, 'ip', 'route', 'add', 'default', 'via', '198.18.0.2');
}

async function done(running: Promise<Run>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
}

class Bench {
  readonly #network: ExamNetwork;
  readonly #pcs: BenchPcs;
  readonly #run: (...words: string[]) => Promise<Run>;
  readonly #rules: ReturnType<typeof ruleSet>;
  readonly #box: Box;

  constructor(
    network: ExamNetwork,
    pcs: BenchPcs,
    run: (...words: string[]) => Promise<Run>,
    rules: ReturnType<typeof ruleSet>,
  ) {
    this.#network = network;
    this.#pcs = pcs;
    this.#run = run;
    this.#rules = rules;
    this.#box = new Box(network);
  }

  async measure(router: Leaktest['router']): Promise<Leaktest> {
    await this.#become(router);
    const before = { pcs: this.#pcs.cpuSec(), router: this.#box.cpuSec() };
    const { stdout, stderr, cpuSec, seconds } = await this.#run('leaktest', '--room', '301', '--json');
    if (stdout === '') throw new Error(stderr);
    const { seats, ...took } = result.parse(JSON.parse(stdout));
    const shown = Object.groupBy(
      seats.flatMap(({ findings }) => findings.map(({ actual }) => actual ?? 'not asked')),
      (actual) => actual,
    );
    // What was begun for a PC ends there a moment after the command.
    await sleep(500);
    return {
      ...{ router, seconds, ...took },
      shown: Object.fromEntries(Object.entries(shown).map(([actual, some]) => [actual, some?.length ?? 0])),
      cpu: {
        controller: cpuSec,
        pcs: this.#pcs.cpuSec() - before.pcs,
        router: this.#box.cpuSec() - before.router,
      },
    };
  }

  async #become(router: Leaktest['router']): Promise<void> {
    const { namespaces, box } = this.#network;
    if (router === 'filtering') {
      namespaces.run(box, 'nft', 'flush', 'ruleset');
      this.#network.resolveAt(room.gateway);
      await this.#box.start(this.#rules);
      // A proxy that has just started looks names up first.
      await sleep(3000);
      return;
    }
    await Promise.all([this.#box.stopProxy(), this.#box.stopResolver()]);
    openUp(this.#network);
    if (router === 'silent')
      namespaces.run(box, 'nft', 'add chain ip plain forward { type filter hook forward priority 0; policy drop; }');
  }
}
