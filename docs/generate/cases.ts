/** The cases of a module as the documents name them: which requirement a case shows to be met, and which not. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../src/core/home.ts';

const finding = z.looseObject({ requirement: z.string(), property: z.string(), verdict: z.string() });
const file = z.looseObject({
  about: z.string(),
  findings: z.array(finding).optional(),
  rejects: z.array(z.string()).optional(),
  throws: z.string().optional(),
});

export interface Case {
  /** File name without its ending. */
  readonly name: string;
  readonly about: string;
  /** What becomes of it, for a reader: `findings`, a schema's refusal, or a machine without an answer. */
  readonly outcome: 'judged' | 'refused' | 'no answer';
  readonly findings: readonly z.infer<typeof finding>[];
}

/** @param module folder name, `static-ip`. @param own `cases-linux`: those of its Linux side. Sorted by name. */
export function casesOf(module: string, own = 'cases'): Case[] {
  const folder = path.join(packageRoot, 'modules', module, own);
  // A module whose findings hang on what it renders has its situations in its test.
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => {
      const {
        about,
        findings = [],
        rejects,
        throws,
      } = file.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
      const outcome = rejects ? 'refused' : throws ? 'no answer' : 'judged';
      return { name: path.basename(name, '.json'), about, outcome, findings };
    });
}

/** Properties a module judges for a requirement, and the names of the cases that end well and badly for it. */
export function evidence(
  cases: readonly Case[],
  requirement: string,
): { properties: string[]; accepting: string[]; rejecting: string[] } {
  const found = cases.map(({ name, findings }) => ({
    name,
    findings: findings.filter((one) => one.requirement === requirement),
  }));
  const told = found.filter(({ findings }) => findings.length > 0);
  const met = ({ findings }: (typeof told)[number]): boolean => findings.every(({ verdict }) => verdict === 'ok');
  return {
    properties: [...new Set(told.flatMap(({ findings }) => findings.map(({ property }) => property)))],
    accepting: told.filter(met).map(({ name }) => name),
    rejecting: told.filter((one) => !met(one)).map(({ name }) => name),
  };
}
