// Does not prove that Windows reads PATH this way: only that no folder of it is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { first, foldersOf, holds, without } from './path.ts';

const expand = (data: string) => ({ type: 'REG_EXPAND_SZ' as const, data });
const ours = 'C:\\Program Files\\ChromeDriver';

test('puts a folder in front once, whatever its spelling was, and keeps the type', () => {
  const path = expand(`%SystemRoot%\\system32;c:\\program files\\chromedriver\\;C:\\tools`);
  expect(first(path, ours)).toStrictEqual(expand(`${ours};%SystemRoot%\\system32;C:\\tools`));
  expect(holds(path, ours)).toBe(true);
  expect(first({ type: 'REG_SZ', data: 'C:\\a' }, ours)).toStrictEqual({ type: 'REG_SZ', data: `${ours};C:\\a` });
});

test('loses no other folder, and gives back what it was given', () => {
  const folder = fc.stringMatching(/^[A-Z]:\\[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.array(folder), (folders) => {
      const path = expand(folders.join(';'));
      expect(foldersOf(first(path, ours))).toStrictEqual([ours, ...folders]);
      expect(without(first(path, ours), ours)).toStrictEqual(path);
    }),
  );
});
