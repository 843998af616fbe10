/** docs/reference/requirements.md: requirement → who proves it → what is looked at → which cases show it met and not met. */
import type { Requirement } from '../../handbook/handbook.ts';
import { casesOf, evidence, type Case } from './cases.ts';
import { code, table } from './markdown.ts';

export function requirementsPage(requirements: readonly Requirement[]): string {
  const proved = requirements.filter(({ proof }) => typeof proof === 'object');
  const rest = (proof: Requirement['proof']): Requirement[] => requirements.filter((one) => one.proof === proof);
  const open = rest(undefined);
  return [
    '# Requirements',
    `The ${requirements.length} requirements of the 1+X "Python程序开发" handbook that somebody or something can check: ${proved.length} are proved by a module`,
    `on the PC, ${rest('inventory').length} by the inventory alone, ${rest('router').length} by the data sheet of the router, ${rest('level').length} sums up a level, ${rest('person').length} are for a person to confirm, ${open.length} are not covered yet. What is not covered is listed apart in`,
    'every report, and never counts as ok.\n',
    '## Proved on the PC',
    'Properties are those of the findings. A case shows the requirement *met* when every finding of it is ok.\n',
    provedTable(proved),
    '## Computed from the inventory',
    '`examsite validate` and `check` compute these from `inventories/` ([rules.ts](../../src/inventory/rules.ts)).\n',
    plainTable(rest('inventory')),
    '## The router, by its data sheet',
    '`check` compares `routerFacts` of site.yaml with these ([router-facts.ts](../../src/inventory/router-facts.ts)); without a router in site.yaml they are not covered.\n',
    plainTable(rest('router')),
    '## Summed up of the level',
    'Met when every requirement of the seat’s level is; `check` names those that are not.\n',
    plainTable(rest('level')),
    '## Confirmed by a person',
    '`examsite confirm` takes their word, with who and when. Of each PC (P9 in part, P10, P12) silence is UNKNOWN and keeps the room from GO; of the room and',
    'the site, what nobody has confirmed is listed apart, to be signed. Word older than `confirmedForDays` counts for nothing, nor does that on another PC.\n',
    plainTable(rest('person')),
    peopleToo(proved),
    '## Not covered yet',
    plainTable(open),
  ].join('\n');
}

/** A requirement has one row; what a module leaves of it for people is told below the table. */
const peopleToo = (proved: readonly Requirement[]): string =>
  proved
    .flatMap(({ id, proof }) => {
      const left = typeof proof === 'object' ? proof.person : undefined;
      return left === undefined ? [] : [`Of ${id} only this: ${left.en} (${left.zh}).\n`];
    })
    .join('\n');

const plainTable = (requirements: readonly Requirement[]): string =>
  table(
    ['id', 'requirement', '要求'],
    requirements.map(({ id, title }) => [id, title.en, title.zh]),
  );

/** Each side has cases of the same names. */
const onLinux = (module: string): Case[] =>
  casesOf(module, 'cases-linux').map((one) => ({ ...one, name: `${one.name} (Linux)` }));

/** What is found of every PC, summed up for the site. */
const sumOf: Readonly<Record<string, string>> = { R9: 'P15' };

function provedTable(requirements: readonly Requirement[]): string {
  const cases = new Map<string, Case[]>();
  const of = (module: string): Case[] => {
    const known = cases.get(module) ?? [...casesOf(module), ...onLinux(module)];
    cases.set(module, known);
    return known;
  };
  const rows = requirements.map(({ id, title, proof }) => {
    const module = typeof proof === 'object' ? proof.module : '';
    const { properties, accepting, rejecting } = evidence(of(module), sumOf[id] ?? id);
    return [
      id,
      `${title.en}<br>${title.zh}`,
      `[${module}](modules.md#${module})`,
      properties.map(code).join(', ') || '–',
      accepting.join(', ') || '–',
      rejecting.join(', ') || '–',
    ];
  });
  return table(
    ['id', 'requirement', 'module', 'properties', 'cases that show it met', 'cases that show it not met'],
    rows,
  );
}
