// Does not prove that a person understands what the demo shows; that was looked at.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Command, resultOf, said, type Ended } from './command.ts';
import { leftOver, processesOf } from './processes.ts';
import { operation } from './results.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const mebibyte = 1024 * 1024;
const result = z.object({
  page: z.string(),
  verdict: z.string(),
  operations: z.array(operation.extend({ kind: z.string(), seconds: z.number() })),
});

needs('pulumi').describe('npm run demo: a room of 40 seats and 4 spares', () => {
  let root: string;
  let ended: Ended;
  /** Of the simulated room, the most that was seen. */
  let labBytes = 0;

  async function watchMemory(until: () => boolean): Promise<void> {
    while (!until()) {
      const lab = (await processesOf(root)).filter(({ commandLine }) => commandLine.includes('src/lab/daemon.ts'));
      const sizes = await Promise.all(lab.map(({ pid }) => residentBytes(pid)));
      labBytes = Math.max(labBytes, ...sizes);
      await sleep(250);
    }
  }

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'examsite-demo-'));
    const command = new Command('src/cli/main.ts', ['demo', '--json', '--lang', 'en'], root);
    await watchMemory(() => command.isOver);
    ended = await command.ended;
    if (ended.code !== 0) throw new Error(said(ended));
  }, 4 * minute);
  afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

  it('is set up by the engine, GO, drifts, is named with both versions, repaired, and GO again', () => {
    const shown = resultOf(ended, result);
    expect(shown.verdict).toBe('GO');
    const [up, preview, repair] = shown.operations;
    expect(new Set(up?.changes.map(({ host }) => host)).size).toBe(44);
    expect(up?.changes.every(({ op }) => op === 'create')).toBe(true);
    expect(preview?.changes).toContainEqual(
      expect.objectContaining({
        ...{ host: 'r301-s07', thing: 'browser', property: 'chrome' },
        ...{ from: '120.0.6099.71', to: '75.0.3770.100' },
      }),
    );
    expect(new Set(repair?.changes.map(({ host }) => host))).toEqual(new Set(['r301-s07']));
  });

  it('says on the way what it does, and where the page is', async () => {
    const { page } = resultOf(ended, result);
    const story = ended.stderr.split('\n').filter((line) => /^▸|^ {2}(?:GO|NO-GO)/.test(line));
    expect(story.filter((line) => line.includes('GO')).map((line) => line.trim().split(' ')[0])).toEqual([
      'GO',
      'NO-GO',
      'GO',
    ]);
    const html = await readFile(page, 'utf8');
    expect(html).toContain('r301-spare04');
  });

  it('runs 44 simulated PCs in less than 600 MB together, and leaves no process behind', async () => {
    expect(labBytes).toBeGreaterThan(20 * mebibyte);
    expect(labBytes).toBeLessThan(600 * mebibyte);
    for (const home of [root, path.join(root, '.examsite', 'demo')]) expect(await leftOver(home, 10_000)).toEqual([]);
  });
});

/** 0 for a process that has just ended. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
