// The terminal summary and the JSON. Does not prove that a terminal has the characters.
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { toJson } from './json.ts';
import { change, changeSeat, sampleCheck, unreach } from './testing.ts';
import { toTerminal } from './terminal.ts';

const check = sampleCheck();
const sentence = { zh: '内存为 1 GiB，要求 2 GiB', en: 'memory is 1 GiB, required is 2 GiB' };
const failed = { property: 'memoryGiB', verdict: 'failed', sentence } as const;

describe('terminal', () => {
  it('draws every PC where it stands, the front first, spares apart', () => {
    const room = unreach(change(check, 'r301-s10', 'P2', failed), 'r301-spare03');
    const lines = toTerminal(room, 'en', false).split('\n');
    const front = lines.indexOf('  front of the room');
    expect(lines.slice(front + 1, front + 6).map((line) => line.trim().split(/\s+/).length)).toEqual([8, 8, 8, 8, 8]);
    expect(lines[front + 2]).toBe('  09✓   10✗   11✓   12✓   13✓   14✓   15✓   16✓');
    expect(lines.slice(lines.indexOf('  spares') + 1)[0]).toBe(' B01✓  B02✓  B03?  B04✓');
  });

  it('keeps columns under each other around an aisle', () => {
    const seats = check.seats.filter(({ column }) => column !== 3);
    const lines = toTerminal({ ...check, seats }, 'zh', false).split('\n');
    const rows = lines.filter((line) => /^ {2}\d\d✓/.test(line));
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map((row) => stringWidth(row.slice(0, row.indexOf('✓', 10))))).size).toBe(1);
    expect(rows[0]).toBe('  01✓   02✓         04✓   05✓   06✓   07✓   08✓');
  });

  it('gives each fault a line with host, module, property and both values', () => {
    const lines = toTerminal(change(check, 'r301-s10', 'P2', failed), 'en', false).split('\n');
    expect(lines).toContain('r301-s10 hardware.memoryGiB: memory is 1 GiB, required is 2 GiB [P2 failed]');
  });

  it('says the same fault of many PCs once, and names them all', () => {
    const many = check.seats.reduce((room, { name }) => change(room, name, 'P2', failed), check);
    const lines = toTerminal(many, 'zh', false).split('\n');
    expect(lines.filter((line) => line.includes('memoryGiB'))).toEqual([
      'r301-s01–s40, spare01–spare04 hardware.memoryGiB: 内存为 1 GiB，要求 2 GiB [P2 failed]',
    ]);
  });

  it('lists what is wrong with the room, and PCs that were not reached with the reason', () => {
    const roomFindings = check.roomFindings.map((one) =>
      one.requirement === 'S6' ? { ...one, property: 'spares', verdict: 'failed' as const } : one,
    );
    const lines = toTerminal({ ...unreach(check, 'r301-s09'), roomFindings }, 'en', false).split('\n');
    expect(lines).toContain('301 inventory.spares: S6 is as asked [S6 failed]');
    expect(lines).toContain('r301-s09: no answer [unknown]');
  });

  it('uses colour only where it is asked for, and says the same without', () => {
    const room = change(check, 'r301-s10', 'P2', failed);
    const escape = String.fromCharCode(27);
    const coloured = toTerminal(room, 'en', true);
    const plain = toTerminal(room, 'en', false);
    expect(plain).not.toContain(escape);
    expect(coloured).toContain(escape);
    expect(coloured.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '')).toBe(plain);
  });

  it('lists apart what a person confirms and what nothing covers', () => {
    const lines = toTerminal(check, 'en', false).split('\n');
    expect(lines.find((line) => line.includes('for a person to confirm'))).toMatch(/: S1 S7 S8 S9$/);
    expect(lines.find((line) => line.includes('not covered yet'))).toMatch(/ V1 .*R9 .*E6/);
    expect(lines[0]).toMatch(/^ GO {2}/);
  });
});

describe('JSON', () => {
  it('is the same text for the same room, whatever order its parts were made in', () => {
    const backwards = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(backwards)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, inner]) => [key, backwards(inner)]),
            )
          : value;
    expect(toJson(backwards(check) as typeof check)).toBe(toJson(check));
  });

  it('holds verdict, coverage, and the state and findings of every PC, silence included', () => {
    const silent = changeSeat(check, 'r301-s05', () => ({ findings: [] }));
    const parsed: unknown = JSON.parse(toJson(silent));
    expect(parsed).toMatchObject({
      verdict: 'NO-GO',
      exitCode: 1,
      room: '301',
      coverage: { byPerson: ['S1', 'S7', 'S8', 'S9'] },
    });
    const { seats } = parsed as { seats: { state: string; findings: { finding: { verdict: string } }[] }[] };
    expect(seats.map(({ state }) => state).filter((state) => state !== 'ok')).toEqual(['unknown']);
    expect(seats[4]?.findings.length).toBe(check.seats[4]?.findings.length);
  });
});
