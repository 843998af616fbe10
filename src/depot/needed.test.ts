// Does not prove that any vendor's file has these bytes: which entries a lock has, and whose word they are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockedArtifact } from './lock.ts';
import { neededLock, type KnownFile, type Needs } from './needed.ts';

const none = { artifacts: [], wheels: {} };
const hash = (digit: string): string => digit.repeat(64);
const wheel = (name: string, version: string): Required<KnownFile> => ({
  ...{ product: 'wheel', name, version, file: `${name}-${version}-py3-none-any.whl`, size: 1, sha256: hash('a') },
  ...{ source: `pkg:pypi/${name}@${version}`, licence: 'MIT' },
});
const chrome: LockedArtifact = {
  ...{ product: 'chrome', version: '75.0.3770.100', file: 'chrome.msi', size: 5, sha256: hash('c') },
};

describe('the lock that levels need', () => {
  it('takes wheels from what the registry says, one that two levels share once', () => {
    const needs: Needs = { products: {}, wheels: { L1: { lxml: '4.6.3' }, L2: { lxml: '4.6.3', django: '3.2.8' } } };
    const known = [wheel('lxml', '4.6.3'), wheel('django', '3.2.8'), wheel('django', '4.0')];
    const { lock, lacking } = neededLock(needs, known, none);
    expect(lock.artifacts).toEqual(known.slice(0, 2));
    expect(lock.wheels).toEqual({
      L1: ['lxml-4.6.3-py3-none-any.whl'],
      L2: ['lxml-4.6.3-py3-none-any.whl', 'django-3.2.8-py3-none-any.whl'],
    });
    expect(lacking).toEqual([]);
  });

  it('takes of one version the file of each platform, and one that is for any for both', () => {
    const of = (name: string, tag: string): Required<KnownFile> => {
      const sha256 = hash(tag === 'win_amd64' ? 'b' : 'e');
      return { ...wheel(name, '4.6.3'), file: `${name}-4.6.3-cp37-cp37m-${tag}.whl`, sha256 };
    };
    const known = [
      of('lxml', 'manylinux_2_17_x86_64.manylinux2014_x86_64'),
      of('lxml', 'win_amd64'),
      wheel('six', '1'),
    ];
    const pins = { lxml: '4.6.3', six: '1' };
    const needs: Needs = { products: {}, wheels: { L1: pins }, linuxWheels: { 'L1-linux': pins } };
    const { lock, lacking } = neededLock(needs, known, none);
    expect(lock.wheels).toEqual({ L1: [known[1]?.file, known[2]?.file], 'L1-linux': [known[0]?.file, known[2]?.file] });
    expect(lock.artifacts).toHaveLength(3);
    expect(lacking).toEqual([]);
    const only = neededLock({ ...needs, linuxWheels: {} }, known, lock);
    expect(only.dropped.map(({ file }) => file)).toEqual([known[0]?.file]);
    expect(neededLock(needs, known.slice(1), none).lacking.map(({ product }) => product)).toEqual(['lxml']);
  });

  it('lists an installer whose bytes nobody knows as lacking, with what its vendor says', () => {
    const known = [{ product: 'chrome', version: '75.0.3770.100', file: 'vendor.msi' }];
    const { lock, lacking } = neededLock({ products: { chrome: ['75.0.3770.100'] }, wheels: {} }, known, none);
    expect(lock.artifacts).toEqual([]);
    expect(lacking).toEqual([{ product: 'chrome', version: '75.0.3770.100', known: known[0] }]);
  });

  it('leaves what somebody added as it is, whatever is known of it', () => {
    const known = [{ ...chrome, file: 'vendor.msi', sha256: hash('d') }];
    const before = { artifacts: [chrome], wheels: {} };
    const { lock } = neededLock({ products: { chrome: ['75.0.3770.100'] }, wheels: {} }, known, before);
    expect(lock.artifacts).toEqual([chrome]);
  });

  it('drops what no level needs any more, and says so', () => {
    const { lock, dropped } = neededLock({ products: {}, wheels: {} }, [], { artifacts: [chrome], wheels: {} });
    expect(lock.artifacts).toEqual([]);
    expect(dropped).toEqual([chrome]);
  });

  const version = fc.constantFrom('1', '2', '3');
  const name = fc.constantFrom('a', 'b', 'c');
  const pins = fc.dictionary(name, version);
  const needs = fc.record({
    products: fc.dictionary(name, fc.uniqueArray(version, { maxLength: 3 })),
    wheels: fc.dictionary(fc.constantFrom('L1', 'L2', 'L3'), pins),
  });
  const known = fc
    .subarray(['a', 'b', 'c'].flatMap((one) => ['1', '2', '3'].map((of) => wheel(one, of))))
    .map((wheels) => wheels.map((one) => ({ ...one })));

  it('is its own next lock, and every need is in it or lacking', () => {
    fc.assert(
      fc.property(needs, known, (wanted, files) => {
        const first = neededLock(wanted, files, none);
        expect(neededLock(wanted, files, first.lock)).toEqual({ ...first, dropped: [] });
        const count = Object.values(wanted.products).flat().length;
        const wheels = new Set(Object.values(wanted.wheels).flatMap((set) => Object.entries(set).map(String)));
        expect(first.lock.artifacts.length + first.lacking.length).toBe(count + wheels.size);
      }),
    );
  });
});
