// Does not prove that a real card behaves like this: only that the three layers do what windows-facts 4 says of one.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Layers } from './layers.ts';

const image = new Map([
  ['a', 1],
  ['b', 2],
]);
const contents = (layers: Layers<number>): Record<string, number> => Object.fromEntries(layers.entries());

describe('a frozen disk', () => {
  test('forgets at a restart what was written, replaced and deleted', () => {
    const disk = new Layers(image);
    disk.set('c', 3);
    disk.begin(true, false);
    disk.set('a', 10);
    disk.set('d', 4);
    disk.delete('b');
    disk.delete('c');
    expect(contents(disk)).toEqual({ a: 10, d: 4 });
    disk.begin(true, true);
    expect(contents(disk)).toEqual({ a: 1, b: 2, c: 3 });
  });

  test('keeps what was written when it is thawed without restoring', () => {
    const disk = new Layers(image);
    disk.begin(true, false);
    disk.set('a', 10);
    disk.delete('b');
    disk.begin(false, false);
    expect(disk.protected).toBe(false);
    expect(contents(disk)).toEqual({ a: 10 });
  });
});

test('a value deleted and written again is the new one', () => {
  const disk = new Layers(image);
  disk.delete('a');
  expect(disk.get('a')).toBeUndefined();
  disk.set('a', 5);
  expect(disk.get('a')).toBe(5);
});

interface Step {
  readonly do: 'set' | 'delete' | 'freeze' | 'restore' | 'thaw';
  readonly key: string;
  readonly value: number;
}
const step = fc.record<Step>({
  do: fc.constantFrom('set', 'delete', 'freeze', 'restore', 'thaw'),
  key: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
  value: fc.nat(9),
});

/** The same with two plain maps: what is kept, and what is seen now. */
function apply(steps: readonly Step[]): { disk: Layers<number>; seen: Map<string, number> } {
  let disk = new Layers(image);
  let kept = new Map<string, number>(image);
  let seen = new Map<string, number>(image);
  let frozen = false;
  for (const { do: what, key, value } of steps) {
    if (what === 'set') {
      disk.set(key, value);
      seen.set(key, value);
    } else if (what === 'delete') {
      disk.delete(key);
      seen.delete(key);
    } else {
      if (what === 'restore' && frozen) seen = new Map(kept);
      if (what !== 'restore') frozen = what === 'freeze';
      disk.begin(frozen, what === 'restore');
      // A stop of the lab must not be noticed.
      disk = new Layers(image, JSON.parse(JSON.stringify(disk)) as ReturnType<typeof disk.toJSON>);
    }
    if (!frozen) kept = new Map(seen);
  }
  return { disk, seen };
}

test('any order of writes, deletes, restarts and saves gives what a plain model gives', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const { disk, seen } = apply(steps);
      expect(new Map(disk.entries())).toEqual(seen);
    }),
  );
});

const paths = ['c:', 'c:\\a', 'c:\\a\\b', 'c:\\a\\b\\c', 'c:\\ab', 'd:\\a'];
const change = fc.record({
  do: fc.constantFrom('set', 'delete', 'freeze', 'restore', 'thaw'),
  key: fc.constantFrom(...paths),
});

test('what lies below a path is what a look at the whole disk would give, after any changes', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
      const disk = new Layers(new Map(paths.slice(0, 3).map((path) => [path, 0])));
      for (const { do: what, key } of changes) {
        if (what === 'set') disk.set(key, 1);
        else if (what === 'delete') disk.delete(key);
        else disk.begin(what !== 'thaw', what === 'restore');
        for (const path of paths) expectBelow(disk, path);
      }
    }),
  );
});

function expectBelow(disk: Layers<number>, path: string): void {
  const all = [...disk.entries()];
  const below = all.filter(([key]) => key.startsWith(`${path}\\`));
  const direct = below.filter(([key]) => !key.includes('\\', path.length + 1));
  expect(new Map(disk.children(path))).toEqual(new Map(direct));
  expect(new Map(disk.branch(path))).toEqual(new Map([...all.filter(([key]) => key === path), ...below]));
}
