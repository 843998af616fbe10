/** L*.mysql, L*.mongodb, L*.redis: the databases of a level, proved by handshake and by the exam's own drivers. */
import { levels } from '../../src/inventory/schema.ts';
import type { Module } from '../../src/core/module.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { databaseActual, databaseDesired, ruleOf, type DatabaseActual, type DatabaseDesired } from './schema.ts';
import { serverIds } from './servers.ts';
import { undo } from './undo.ts';
import { work } from './work.ts';

export const database: Module<DatabaseDesired, DatabaseActual> = {
  name: 'database',
  mayWait: true,
  token: 'examsite:pc:Database',
  requirements: serverIds.flatMap((id) => (levels.some((level) => ruleOf(level, id)) ? [`L*.${id}`] : [])),
  desired: databaseDesired,
  actual: databaseActual,
  read,
  plan,
  apply,
  undo,
  work,
};
