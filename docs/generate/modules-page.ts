/** docs/reference/modules.md */
import type { z } from 'zod';
import type { AnyModule } from '../../src/core/module.ts';
import { casesOf } from './cases.ts';
import { code, table } from './markdown.ts';
import { properties } from './properties.ts';

/** @param onLinux those that are another module, of the same name, on Linux PCs */
export function modulesPage(modules: readonly AnyModule[], onLinux: readonly AnyModule[]): string {
  return [
    '# Modules',
    'One resource per PC and module. *Desired* is what a program or the inventory asks for, *observed* what a look at the PC finds; the',
    'findings of a plan name properties of both. Why each module is as it is: its own README. What the requirements are:',
    '[requirements.md](requirements.md).\n',
    ...modules.flatMap((module) => [
      section(module),
      ...onLinux.filter(({ name }) => name === module.name).map(linuxSection),
      ...(onLinux.some(({ name }) => name === module.name) ? [] : casesOnLinux(module)),
    ]),
  ].join('\n');
}

function section(module: AnyModule): string {
  const { name, token, requirements } = module;
  return [
    `## ${name}`,
    `Token ${code(token)} · proves ${requirements.map(code).join(', ')} · [why and how](../../modules/${name}/README.md)\n`,
    ...tables(module, 'cases'),
  ].join('\n');
}

/** By another name in each heading, so that a link to `#name` stays the first. */
function linuxSection(module: AnyModule): string {
  const intro = `The same on a Linux PC. Token ${code(module.token)}\n`;
  return [`## ${module.name} on Linux`, intro, ...tables(module, 'cases-linux')].join('\n');
}

/** Of a module that is the same one on both: what a Linux PC answers is other than what Windows does. */
const casesOnLinux = ({ name }: AnyModule): string[] =>
  casesOf(name, 'cases-linux').length === 0 ? [] : [`## ${name} on Linux`, casesTable(name, 'cases-linux')];

const tables = (module: AnyModule, own: string): string[] => [
  '### Desired',
  desiredTable(module.desired),
  '### Observed',
  observedTable(module.actual),
  '### Cases',
  casesTable(module.name, own),
];

const casesTable = (module: string, own: string): string =>
  table(
    ['case', 'ends', 'shows'],
    casesOf(module, own).map(({ name, outcome, about }) => [
      `[${name}](../../modules/${module}/${own}/${name}.json)`,
      outcome,
      about,
    ]),
  );

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
