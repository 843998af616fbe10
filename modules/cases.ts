/**
 * Runs a module's cases: `cases/*.json`, one situation a file, readable without the source. Three kinds:
 *
 * - a situation: `desired` and `actual` give exactly `findings`; with `machine`, `read` gives exactly `actual` from those answers
 * - a refusal: `desired` is refused by the schema with exactly these `rejects`
 * - a machine that gives no answer: `read` throws a HostError with code `throws`
 *
 * Beside the values it holds every module to the contract: `plan` is pure and names only requirements that the module declares, `read`
 * only looks and takes one round trip, sentences exist in both languages.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { HostError } from '../src/core/errors.ts';
import type { Finding } from '../src/core/finding.ts';
import type { Module } from '../src/core/module.ts';
import { answer, ScriptedHost } from './scripted-host.ts';

const about = z.string().min(1).meta({ description: 'why this case exists' });
const hostCode = z.enum(['unreachable', 'session-lost', 'agent-failed', 'request-timeout']);
const situation = z.strictObject({
  about,
  desired: z.json(),
  machine: z.array(answer).optional(),
  /** What the controller remembers of the machine: Host.notes. */
  notes: z.record(z.string(), z.json()).optional(),
  actual: z.json(),
  findings: z.array(z.looseObject({ requirement: z.string() })),
});
const refusal = z.strictObject({ about, desired: z.json(), rejects: z.array(z.string()).min(1) });
const silence = z.strictObject({ about, desired: z.json(), throws: hostCode });
const caseFile = z.union([situation, refusal, silence]);

/** What every module must have been thought through for; further names are free. */
const owed = ['fresh', 'already-set', 'drifted', 'absent', 'unreachable', 'agent-fails'];

/**
 * @param folder the module's own: `import.meta.dirname`.
 * @param own `cases-linux`: those of its Linux side
 */
export function runCases<Desired, Actual>(module: Module<Desired, Actual>, folder: string, own = 'cases'): void {
  const files = readdirSync(path.join(folder, own)).filter((file) => file.endsWith('.json'));
  const names = files.map((file) => path.basename(file, '.json')).sort();

  describe(`${module.name} ${own}`, () => {
    test('cover what every module owes', () => {
      expect(owed.filter((name) => !names.includes(name))).toStrictEqual([]);
      expect(names.filter((name) => name.startsWith('rejects-'))).not.toStrictEqual([]);
    });

    test.each(names)('%s', async (name) => {
      const text = readFileSync(path.join(folder, own, `${name}.json`), 'utf8');
      const given = caseFile.parse(JSON.parse(text));
      if ('rejects' in given) expectRefusal(module, given);
      else if ('throws' in given) await expectSilence(module, given);
      else await expectSituation(module, given);
    });
  });
}

function expectRefusal(module: Module<unknown, unknown>, given: z.infer<typeof refusal>): void {
  const issues = module.desired.safeParse(given.desired).error?.issues ?? [];
  expect(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)).toStrictEqual(given.rejects);
}

async function expectSilence<D, A>(module: Module<D, A>, given: z.infer<typeof silence>): Promise<void> {
  const host = new ScriptedHost([], {}, given.throws);
  const error = await module.read(host, module.desired.parse(given.desired)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HostError);
  expect((error as HostError).code).toBe(given.throws);
}

async function expectSituation<D, A>(module: Module<D, A>, given: z.infer<typeof situation>): Promise<void> {
  const desired = deepFreeze(module.desired.parse(given.desired));
  const actual = deepFreeze(module.actual.parse(given.actual));
  if (given.machine !== undefined) {
    const host = new ScriptedHost(given.machine, given.notes ?? {});
    expect(await module.read(host, desired)).toStrictEqual(actual);
    expect(host.roundTrips, 'round trips of one read').toBeLessThanOrEqual(1);
  }
  const findings = module.plan(desired, actual);
  expect(findings).toStrictEqual(given.findings);
  expect(module.plan(desired, actual), 'a second plan of the same').toStrictEqual(findings);
  for (const finding of findings) expectWellFormed(module, finding);
}

/** What report, preview and auditors rely on in every finding. */
export function expectWellFormed(module: Pick<Module<never, never>, 'requirements'>, finding: Finding): void {
  const declared = module.requirements.map((id) => new RegExp(`^${id.replaceAll('.', '\\.').replace('*', '[123]')}$`));
  expect(
    declared.some((id) => id.test(finding.requirement)),
    `${finding.requirement} is declared`,
  ).toBe(true);
  expect(finding.sentence.en, 'lower case but for an abbreviation, no full stop').toMatch(/^(?![A-Z][a-z]).*[^.]$/s);
  expect(finding.sentence.zh, 'no full stop').toMatch(/[^。]$/);
  if (finding.grade !== undefined) expect(finding.verdict, 'only what is ok has a grade').toBe('ok');
}

/** A plan that changes what it was given throws here. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
