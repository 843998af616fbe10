/** docs/reference/modules.md */
import type { z } from 'zod';
import type { AnyModule } from '../../src/core/module.ts';
import { casesOf } from './cases.ts';
import { code, table } from './markdown.ts';
import { properties } from './properties.ts';

export function modulesPage(modules: readonly AnyModule[]): string {
  return [
    '# Modules',
    'One resource per PC and module. *Desired* is what a program or the inventory asks for, *observed* what a look at the PC finds; the',
    'findings of a plan name properties of both. Why each module is as it is: its own README. What the requirements are:',
    '[requirements.md](requirements.md).\n',
    ...modules.map((module) => section(module)),
  ].join('\n');
}

function section(module: AnyModule): string {
  const { name, token, requirements } = module;
  return [
    `## ${name}`,
    `Token ${code(token)} · proves ${requirements.map(code).join(', ')} · [why and how](../../modules/${name}/README.md)\n`,
    '### Desired',
    desiredTable(module.desired),
    '### Observed',
    observedTable(module.actual),
    '### Cases',
    table(
      ['case', 'ends', 'shows'],
      casesOf(name).map(({ name: one, outcome, about }) => [
        `[${one}](../../modules/${name}/cases/${one}.json)`,
        outcome,
        about,
      ]),
    ),
  ].join('\n');
}

const desiredTable = (schema: z.ZodType): string =>
  table(
    ['property', 'type', 'unit', 'default', 'what'],
    properties(schema, 'input').map(({ path, type, unit, default: said, optional, description }) => [
      code(path),
      type,
      unit ?? '',
      said === undefined ? (optional ? 'may be left out' : '*must be given*') : code(said),
      description ?? '',
    ]),
  );

const observedTable = (schema: z.ZodType): string =>
  table(
    ['property', 'type', 'unit', 'what'],
    properties(schema, 'output').map(({ path, type, unit, description }) => [
      code(path),
      type,
      unit ?? '',
      description ?? '',
    ]),
  );
