// Does not prove what the engine shows of these inputs: test/room.test.ts runs the real engine.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding, Json, Verdict } from '../core/finding.ts';
import { asFound } from './drift.ts';

const finding = (property: string, verdict: Verdict, actual: Json): Finding => ({
  requirement: 'P6',
  property,
  expected: null,
  actual,
  verdict,
  sentence: { zh: '不符', en: `found ${JSON.stringify(actual)}` },
});

const desired = {
  host: 'r301-s07',
  chrome: '75.0.3770.100',
  packages: { requests: '2.26.0', lxml: '4.6.3' },
  dns: ['10.30.1.1'],
};

test('shows the actual value in place of the desired one', () => {
  expect(asFound(desired, [finding('chrome', 'drifted', '120.0.6099.71')])).toEqual({
    ...desired,
    chrome: '120.0.6099.71',
  });
});

test('follows a path into a record, and leaves the rest of it alone', () => {
  const found = asFound(desired, [finding('packages.requests', 'drifted', null)]);
  expect(found['packages']).toEqual({ requests: null, lxml: '4.6.3' });
});

test('keeps what is wrong outside the inputs as drift, so that it still leads to an update', () => {
  expect(asFound(desired, [finding('session', 'failed', 'no')])).toEqual({
    ...desired,
    drift: { session: 'found "no"' },
  });
});

test('a desired value that equals what was found and is still not ok is drift too', () => {
  expect(asFound(desired, [finding('chrome', 'drifted', '75.0.3770.100')])['drift']).toEqual({
    chrome: 'found "75.0.3770.100"',
  });
});

test('ok and unknown findings change nothing, whatever they found', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom('chrome', 'packages.lxml', 'dns', 'nowhere'),
          fc.constantFrom<Verdict>('ok', 'unknown'),
          fc.string(),
        ),
      ),
      (rows) => {
        expect(
          asFound(
            desired,
            rows.map(([path, verdict, actual]) => finding(path, verdict, actual)),
          ),
        ).toEqual(desired);
      },
    ),
  );
});

test('every finding that is not ok leaves a trace: no drift is ever invisible', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('chrome', 'packages', 'packages.lxml', 'packages.nope', 'dns', 'nowhere.deep'),
      fc.jsonValue(),
      (path, actual) => {
        expect(asFound(desired, [finding(path, 'drifted', actual as Json)])).not.toEqual(desired);
      },
    ),
  );
});
