/** L*.python and every Python package of the handbook: the interpreter, the closed lock, and an import that proves each. */
import { levelTools } from '../../handbook/handbook.ts';
import { levels } from '../../src/inventory/schema.ts';
import type { Module } from '../../src/core/module.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { pythonActual, pythonDesired, type PythonActual, type PythonDesired } from './schema.ts';
import { undo } from './undo.ts';
import { work } from './work.ts';

const packageIds = new Set(
  levels.flatMap((level) => levelTools[level].filter((tool) => tool.kind === 'package').map((tool) => `L*.${tool.id}`)),
);

export const python: Module<PythonDesired, PythonActual> = {
  name: 'python',
  mayWait: true,
  token: 'examsite:pc:Python',
  // Of P16 the rest of the lock, and that nothing is left of another level.
  requirements: ['L*.python', ...packageIds, 'P16'],
  desired: pythonDesired,
  actual: pythonActual,
  read,
  plan,
  apply,
  undo,
  work,
};
