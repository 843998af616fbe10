// Does not prove that a real LAN shares like this, nor any duration: only the arithmetic.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flow, levelOf, phases, type Line, type Spent, type Stage } from './fluid.ts';

const speed = fc.double({ min: 1e5, max: 1e9, noNaN: true });
const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({ bytes: fc.integer({ min: 0, max: 1e9 }) }),
  fc.record({
    phase: fc.constantFrom('install', 'restart', 'look'),
    seconds: fc.double({ min: 0, max: 1000, noNaN: true }),
  }),
);
const line: fc.Arbitrary<Line> = fc.record({ card: speed, disk: speed, stages: fc.array(stage, { maxLength: 8 }) });

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
const total = (spent: Spent): number => sum(phases.map((phase) => spent[phase]));
const fetching = ({ uplink, card, disk }: Spent): number => uplink + card + disk;
const bytesOf = ({ stages }: Line): number => sum(stages.map((one) => ('bytes' in one ? one.bytes : 0)));
const slack = 1 + 1e-6;

test('the level fills the uplink and never more, or leaves each its own limit', () => {
  fc.assert(
    fc.property(fc.array(speed, { minLength: 1, maxLength: 60 }), speed, (limits, uplink) => {
      const level = levelOf(limits, uplink);
      const used = sum(limits.map((limit) => Math.min(limit, level)));
      expect(used).toBeLessThanOrEqual(uplink * slack);
      expect(used * slack).toBeGreaterThanOrEqual(Math.min(uplink, sum(limits)));
    }),
  );
});

describe('a flow', () => {
  test('ends for everybody, no sooner than card, disk and a fair share let it, and never uses more than the uplink', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), speed, (lines, uplink) => {
        const all = flow(lines, uplink);
        all.forEach((spent, index) => {
          const own = lines[index];
          if (own === undefined) throw new Error('no line');
          const least = bytesOf(own) / Math.min(own.card, own.disk, uplink);
          expect(fetching(spent) * slack + 1e-6).toBeGreaterThanOrEqual(least);
          // Nobody ever has less than one of so many.
          const most = bytesOf(own) / Math.min(own.card, own.disk, uplink / lines.length);
          expect(fetching(spent)).toBeLessThanOrEqual(most * slack + 1e-6);
          const waits = sum(own.stages.map((one) => ('bytes' in one ? 0 : one.seconds)));
          expect(total(spent) - fetching(spent)).toBeCloseTo(waits, 5);
        });
        const longest = Math.max(...all.map(total));
        expect(sum(lines.map(bytesOf))).toBeLessThanOrEqual(uplink * longest * slack + 1);
      }),
    );
  });

  test('names what holds a PC back', () => {
    const stages = [{ bytes: 100e6 }];
    const pc = { card: 125e6, disk: 80e6, stages };
    expect(flow([pc], 125e6)).toMatchObject([{ disk: 1.25, card: 0, uplink: 0 }]);
    expect(flow([{ ...pc, card: 12.5e6 }, pc], 125e6)).toMatchObject([
      { card: 8, disk: 0 },
      { card: 0, disk: 1.25 },
    ]);
    expect(flow([pc, pc, pc, pc], 100e6)).toMatchObject(Array(4).fill({ uplink: 4, card: 0, disk: 0 }));
  });

  test('lets who installs leave the uplink to the others', () => {
    const install = { phase: 'install', seconds: 10 } as const;
    const [first, second] = flow(
      [
        { card: 1e9, disk: 1e9, stages: [{ bytes: 50e6 }] },
        { card: 1e9, disk: 1e9, stages: [install, { bytes: 50e6 }] },
      ],
      10e6,
    );
    expect([first?.uplink, second?.uplink, second?.install]).toEqual([5, 5, 10]);
  });
});
