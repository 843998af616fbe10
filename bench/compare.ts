/** Rounds of all contenders, one after the other, so that what else the machine does hits all of them; ratios are of medians of one run. */
import { isDeepStrictEqual } from 'node:util';
import { checks, type Answers } from './checks.ts';
import { contenders, type Contender } from './contenders.ts';
import { BenchHosts } from './hosts.ts';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}
export interface Figures {
  readonly name: string;
  readonly how: string;
  readonly rounds: number;
  readonly seconds: Spread;
  /** Its median, divided by examsite's. */
  readonly ratio: number;
}

export interface CompareOptions {
  readonly hosts: number;
  readonly checks: number;
  readonly rounds: number;
  readonly python: string | undefined;
  readonly say: (line: string) => void;
}

/** Slow ones run once: a minute more or less does not change what is said of them. */
const roundsOf = ({ name }: Contender, rounds: number): number =>
  name === 'pyinfra' || name === 'Ansible' ? 1 : rounds;

/** @throws Error when a contender's answers are not those of the others: then it has not done the same work */
export async function compare({ hosts, checks: count, rounds, python, say }: CompareOptions): Promise<Figures[]> {
  const site = await BenchHosts.start(hosts);
  try {
    const all = contenders(site, checks(count), python);
    const times = new Map<string, number[]>(all.map(({ name }) => [name, []]));
    let expected: Answers | undefined;
    for (let round = 0; round < rounds; round += 1) {
      for (const one of all.filter((contender) => round < roundsOf(contender, rounds))) {
        const began = performance.now();
        const answers = await one.run();
        const seconds = (performance.now() - began) / 1000;
        say(`${one.name} ${seconds.toFixed(2)} s`);
        times.get(one.name)?.push(seconds);
        expected ??= answers;
        agree(one.name, answers, expected);
      }
    }
    return figures(all, times);
  } finally {
    await site.stop();
  }
}

export function agree(name: string, answers: Answers, expected: Answers): void {
  if (isDeepStrictEqual(new Map(Object.entries(answers).sort()), new Map(Object.entries(expected).sort()))) return;
  for (const [host, found] of Object.entries(expected)) {
    for (const [id, value] of Object.entries(found)) {
      const other = answers[host]?.[id];
      if (other !== value)
        throw new Error(`${name} on ${host}, ${id}: expected ${value.slice(0, 60)}, got ${String(other).slice(0, 60)}`);
    }
  }
}

function figures(all: readonly Contender[], times: ReadonlyMap<string, readonly number[]>): Figures[] {
  const ours = spread(times.get('examsite') ?? []).median;
  return all.map(({ name, how }) => {
    const taken = times.get(name) ?? [];
    const seconds = spread(taken);
    return { name, how, rounds: taken.length, seconds, ratio: seconds.median / ours };
  });
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { min: sorted[0] ?? NaN, median, max: sorted.at(-1) ?? NaN };
}
