/** What commands print with `--json`, as far as the tests look at it. */
import { z } from 'zod';
import type { Verdict } from '../src/core/finding.ts';

const change = z.object({
  host: z.string(),
  thing: z.string(),
  property: z.string(),
  op: z.enum(['create', 'update', 'delete', 'replace']),
  from: z.json().optional(),
  to: z.json().optional(),
});

export const operation = z.object({
  changes: z.array(change),
  failures: z.array(z.object({ host: z.string(), thing: z.string(), message: z.string() })),
  unreachable: z.array(z.string()),
  general: z.array(z.string()),
});
export type Operation = z.infer<typeof operation>;

const verdict = z.enum(['ok', 'drifted', 'failed', 'unknown']);
const finding = z.object({ requirement: z.string(), property: z.string(), verdict }).loose();

export const roomCheck = z.object({
  verdict: z.enum(['GO', 'NO-GO', 'UNKNOWN']),
  roomFindings: z.array(finding),
  seats: z.array(
    z.object({
      name: z.string(),
      state: verdict,
      unreachable: z.object({ en: z.string() }).optional(),
      findings: z.array(z.object({ module: z.string(), finding })),
    }),
  ),
});
export type RoomCheck = z.infer<typeof roomCheck>;

export const problems = z.object({
  problems: z.array(z.object({ where: z.string(), got: z.string(), code: z.string() })),
});

const wrong = ({ verdict: found }: { verdict: Verdict }): boolean => found !== 'ok';

/** All that speaks against a room, one line each: `room S3 failed`, `r301-s02 unreachable`, `r301-s02 browser.chrome drifted`. */
export function against(check: RoomCheck): string[] {
  return [
    ...check.roomFindings.filter(wrong).map((one) => `room ${one.requirement} ${one.verdict}`),
    ...check.seats.flatMap(({ name, unreachable, findings }) => [
      ...(unreachable ? [`${name} unreachable`] : []),
      ...findings
        .filter((one) => wrong(one.finding))
        .map(({ module, finding: { property, verdict: found } }) => `${name} ${module}.${property} ${found}`),
    ]),
  ];
}

/**
 * A room of a few PCs is NO-GO for its size alone (S3: 40 seats), and that is the only thing that may be said against it here. Rooms of full
 * size are test/demo.test.ts.
 */
export const onlyTooSmall = ['room S3 failed'];

/** `r301-s02 browser.chrome` of every property that an operation changed, without repeats. */
export const changed = ({ changes }: Operation): string[] => [
  ...new Set(changes.map(({ host, thing, property }) => `${host} ${thing}${property === '' ? '' : `.${property}`}`)),
];

/** Lines of two models of a PC (machineState) that only one of them has. */
export function differences(before: readonly string[] = [], after: readonly string[] = []): string[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [...[...old].filter((line) => !now.has(line)), ...[...now].filter((line) => !old.has(line))];
}

/** For `filter`: what is not documented as left behind. */
export const unless =
  (...documented: readonly RegExp[]) =>
  (line: string): boolean =>
    !documented.some((pattern) => pattern.test(line));
