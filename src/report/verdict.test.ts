// Does not prove that a module's findings are right: only what a room is called because of them.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Verdict } from '../core/finding.ts';
import { coverage } from './coverage.ts';
import { change, changeSeat, sampleCheck, unreach, met, add } from './testing.ts';
import { seatState, verdict } from './verdict.ts';
import { meaning } from './words.ts';

const check = sampleCheck();
const wrong = ['drifted', 'failed', 'unknown'] as const;

describe('a room', () => {
  it('is GO when everything was seen and is as required', () => {
    expect(verdict(check)).toEqual({
      word: 'GO',
      exitCode: 0,
      seats: [],
      reasons: [
        {
          zh: '40 个考位和 4 台备用机所查各项均符合要求',
          en: 'all that was checked is as required: 40 seats and 4 spares',
        },
      ],
    });
  });

  it.each(wrong)('is NO-GO for one property of one seat that is %s', (verdictOfOne) => {
    const found = verdict(change(check, 'r301-s07', 'P2', { verdict: verdictOfOne }));
    expect(found).toMatchObject({ word: 'NO-GO', exitCode: 1, seats: ['r301-s07'] });
    expect(found.reasons.map(({ en }) => en)).toEqual([expect.stringMatching(/^1 .*: r301-s07$/)]);
  });

  it.each(wrong)('is NO-GO for a spare that is %s', (verdictOfOne) => {
    const found = verdict(change(check, 'r301-spare02', 'L2.python', { verdict: verdictOfOne }));
    expect(found).toMatchObject({ word: 'NO-GO', exitCode: 1, seats: ['r301-spare02'] });
  });

  it('is NO-GO for a rule of the room alone, and gives its sentence as the reason', () => {
    const roomFindings = check.roomFindings.map((one) =>
      one.requirement === 'S2' ? { ...one, verdict: 'unknown' as const } : one,
    );
    const found = verdict({ ...check, roomFindings });
    expect(found).toMatchObject({ word: 'NO-GO', exitCode: 1, seats: [] });
    expect(found.reasons).toEqual([{ zh: 'S2实为所求', en: 'S2 is as asked' }]);
  });

  it('is NO-GO, not UNKNOWN, when one PC cannot be reached', () => {
    const found = verdict(unreach(check, 'r301-s09'));
    expect(found).toMatchObject({ word: 'NO-GO', exitCode: 1, seats: ['r301-s09'] });
    expect(found.reasons.map(({ zh }) => zh)).toEqual(['1 台情况不明：r301-s09']);
  });

  it('names what is wrong by who has to act, runs of seats shortened', () => {
    let room = check;
    for (const name of ['r301-s02', 'r301-s03', 'r301-s04', 'r301-spare01']) {
      room = change(room, name, 'P6', { verdict: 'drifted' });
    }
    room = unreach(change(room, 'r301-s03', 'P2', { verdict: 'failed' }), 'r301-s40');
    expect(verdict(room).reasons.map(({ en }) => en)).toEqual([
      '1 not as required, and beyond repair by program: r301-s03',
      '3 drifted; examsite up repairs that: r301-s02, s04, spare01',
      '1 unknown: r301-s40',
    ]);
  });
});

describe('could not tell', () => {
  const small = sampleCheck({ seats: 2, spares: 1 });
  const nobody = small.seats.reduce((room, { name }) => unreach(room, name), small);

  it('is for a room of which not one PC was reached', () => {
    expect(verdict(nobody)).toMatchObject({ word: 'UNKNOWN', exitCode: 2, seats: small.seats.map(({ name }) => name) });
  });

  it('is also for PCs that answer and show nothing', () => {
    const blind = small.seats.map((seat) => ({
      ...seat,
      findings: seat.findings.map((one) => ({ ...one, finding: { ...one.finding, verdict: 'unknown' as const } })),
    }));
    expect(verdict({ ...small, seats: blind })).toMatchObject({ word: 'UNKNOWN', exitCode: 2 });
  });

  it('ends as soon as one property of one PC was seen', () => {
    const [first, ...others] = nobody.seats;
    const seen = {
      ...(small.seats[0] ?? expect.fail()),
      findings: [{ module: 'hardware', finding: met('P1', 'cores') }],
    };
    expect(verdict({ ...nobody, seats: [seen, ...others] }).exitCode).toBe(1);
    expect(first?.name).toBe(seen.name);
  });
});

describe('silence', () => {
  it('of a module about a requirement that it is to prove makes the seat unknown', () => {
    const room = changeSeat(check, 'r301-s05', ({ findings }) => ({
      findings: findings.filter(({ finding }) => finding.requirement !== 'P11'),
    }));
    expect(seatState(room.seats[4] ?? expect.fail())).toBe('unknown');
    expect(verdict(room)).toMatchObject({ word: 'NO-GO', seats: ['r301-s05'] });
  });

  it('of every module is not ok', () => {
    expect(verdict(changeSeat(check, 'r301-s05', () => ({ findings: [] }))).word).toBe('NO-GO');
  });

  it('about the room is not ok', () => {
    expect(verdict({ ...check, roomFindings: check.roomFindings.slice(1) }).reasons.map(({ en }) => en)).toEqual([
      'nothing was said about: 2 proctors for every 40 candidates of the room',
    ]);
  });
});

test('GO is said exactly when nothing is wrong', () => {
  const verdicts = fc.constantFrom<Verdict>('ok', 'ok', 'ok', 'drifted', 'failed', 'unknown');
  const small = sampleCheck({ seats: 2, spares: 1 });
  const all = small.seats.flatMap((seat) =>
    seat.findings.map(({ finding }) => [seat.name, finding.requirement] as const),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...all), verdicts), { maxLength: 3 }), (changes) => {
      // The last change of a finding is the one that holds.
      const last = new Map(changes.map(([[name, id], to]) => [`${name} ${id}`, to]));
      const room = changes.reduce((so, [[name, id], to]) => change(so, name, id, { verdict: to }), small);
      expect(verdict(room).word).toBe([...last.values()].every((to) => to === 'ok') ? 'GO' : 'NO-GO');
    }),
    { numRuns: 60 },
  );
});

describe('coverage', () => {
  it('puts every requirement of the room in exactly one list', () => {
    const { covered, byPerson, notCovered } = coverage(check);
    const all = [...covered, ...byPerson, ...notCovered];
    expect(new Set(all).size).toBe(all.length);
    expect(covered).toEqual(expect.arrayContaining(['S2', 'P1', 'P7', 'L2.django']));
    expect(byPerson).toEqual(expect.arrayContaining(['S1', 'S7']));
    expect(notCovered).toEqual(expect.arrayContaining(['V1', 'R9', 'E6']));
    expect(all.filter((id) => /^L[13]\./.test(id))).toEqual([]);
  });

  it('does not take a part for the whole: what one finding says of P16 does not cover it', () => {
    const room = add(check, 'r301-s01', { module: 'python', finding: met('P16', 'dependencies') });
    expect(coverage(room)).toEqual(coverage(check));
  });

  it('counts what a module is to prove as covered, and unknown, when no PC was reached', () => {
    const nobody = check.seats.reduce((room, { name }) => unreach(room, name), check);
    expect(coverage(nobody)).toEqual(coverage(check));
  });

  it('asks for the tools of every level that is sat in the room', () => {
    const mixed = changeSeat(check, 'r301-s01', () => ({ level: 'L3' }));
    expect(coverage(mixed).covered).toEqual(expect.arrayContaining(['L2.django', 'L3.seaborn']));
  });
});

it.each([
  ['GO', 0, 0, 'ready for the exam'],
  ['GO', 6, 32, 'nothing is wrong of what was checked; 6 for a person and 32 not covered, see below'],
  ['GO', 6, 0, 'nothing is wrong of what was checked; 6 for a person, see below'],
  ['NO-GO', 0, 0, 'not ready for the exam'],
] as const)('%s with %i left for a person and %i not covered means: %s', (word, byPerson, notCovered, en) => {
  expect(meaning(word, byPerson, notCovered).en).toBe(en);
});
