// Does not prove how fast anything is: that all contenders do the same work, and that a wrong answer ends a run. Figures are for `npm run bench`.
import { expect, it, test } from 'vitest';
import { needs } from '../test/tools.ts';
import { agree, compare, spread } from './compare.ts';
import { markdown } from './markdown.ts';
import { pythonTools } from './python.ts';

const minute = 60_000;

needs('sshd', 'ssh', 'python3').it(
  'ssh, examsite, pyinfra and Ansible give the same answers to the same checks on the same hosts',
  async () => {
    const python = await pythonTools(() => undefined);
    const figures = await compare({ hosts: 3, checks: 30, rounds: 1, python, say: () => undefined });
    const others = python === undefined && process.env['CI'] !== 'true' ? [] : ['pyinfra', 'Ansible'];
    expect(figures.map(({ name }) => name)).toEqual(['ssh', 'examsite', ...others]);
    expect(figures.every(({ seconds, ratio }) => seconds.median > 0 && ratio > 0)).toBe(true);
  },
  4 * minute,
);

it('ends a run whose answers differ, naming host and check', () => {
  const right = { 'r301-s01': { 'which ls': '/usr/bin/ls' } };
  expect(() => agree('quick', right, right)).not.toThrow();
  expect(() => agree('quick', { 'r301-s01': { 'which ls': '' } }, right)).toThrow(/^quick on r301-s01, which ls: /);
  expect(() => agree('quick', {}, right)).toThrow(/got undefined$/);
});

test.each([
  [[3, 1, 2], { min: 1, median: 2, max: 3 }],
  [[4, 1], { min: 1, median: 2.5, max: 4 }],
  [[5], { min: 5, median: 5, max: 5 }],
])('the spread of %j is %j', (values, expected) => {
  expect(spread(values)).toEqual(expected);
});

it('says of each aim whether it was met, and of what was not measured that it was not', () => {
  const figure = (name: string, ratio: number) => ({
    ...{ name, how: '', rounds: 1, ratio },
    seconds: { min: 1, median: 1, max: 1 },
  });
  const page = markdown({
    ...{ version: '0', node: 'v24.0.0', cores: 2, gibibytes: 24, load: 0, date: '2022-11-19', hosts: 44, checks: 30 },
    contest: [figure('ssh', 0.5), figure('examsite', 1), figure('pyinfra', 15.1)],
  });
  expect(page).toContain('| at most 1.5 × plain ssh | 2.00 | not met |');
  expect(page).toContain('| at least 15 × faster than pyinfra | 15.10 | met |');
  expect(page).toContain('| at least 40 × faster than Ansible | – | not measured |');
});
