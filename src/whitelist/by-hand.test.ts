// Does not prove that any router takes such rules: the seats do (examsite leaktest). What is printed, and that it is no wider than the list.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applicationsOpenedBy } from '../../handbook/applications.ts';
import { handRow, handRules, handSteps } from './by-hand.ts';

const rules = {
  http: ['paths.example:80/exam/', '*.cdn.example:8080/'],
  https: ['exam.example:443/a/'],
  addresses: ['203.0.113.40', '203.0.113.64/28:8443'],
  inspect: [],
};

it('allows what is on the list, in its order, and then denies everything', () => {
  expect(handRules(rules).map((rule, index) => handRow(rule, index, 'en').join(' '))).toEqual([
    '1 allow http paths.example 80 /exam/',
    '2 allow http *.cdn.example 8080 ',
    // A path within TLS is nothing that a router sees.
    '3 allow https exam.example 443 ',
    '4 allow tcp 203.0.113.40 * ',
    '5 allow tcp 203.0.113.64/28 8443 ',
    '6 deny any * * ',
  ]);
  expect(handRow(handRules(rules)[5] ?? expect.fail(), 5, 'zh')).toEqual(['6', '拒绝', '全部', '*', '*', '']);
});

it('is never wider than the list: as many rules that allow as entries, and one that denies, last', () => {
  const host = fc.stringMatching(/^(?:\*\.)?[a-z]{1,8}\.example$/);
  const site = fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `${name}:${port}/`);
  fc.assert(
    fc.property(fc.array(site), fc.array(site), (http, https) => {
      const all = handRules({ http, https, addresses: [], inspect: [] });
      expect(all.slice(0, -1).every(({ action, target }) => action === 'allow' && target.endsWith('.example'))).toBe(
        true,
      );
      expect(all).toHaveLength(http.length + https.length + 1);
      expect(all.at(-1)).toMatchObject({ action: 'deny', what: 'any', target: '*', port: '*' });
    }),
  );
});

it('ends its steps with the proof from the seats, in both languages', () => {
  expect(handSteps('en').at(-1)).toMatch(/^6\. run examsite leaktest/);
  expect(handSteps('zh')).toHaveLength(handSteps('en').length);
});

it.each([
  ['www.douyin.com', false, ['short video']],
  ['qq.com', true, ['short video', 'mail', 'messengers']],
  ['qq.com', false, []],
  ['mail.163.com', false, ['mail']],
  ['notjd.com', true, []],
])('%s (with all below it: %s) opens %j', (name, below, expected) => {
  expect(applicationsOpenedBy(name, below).map(({ application }) => application.en)).toEqual(expected);
});
