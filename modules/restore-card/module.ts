/** P7: the restore card is switched off before the exam, and proved off. */
import type { Module } from '../../src/core/module.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { actual, desired, type Actual, type Desired } from './schema.ts';
import { work } from './work.ts';

export const restoreCard: Module<Desired, Actual> = {
  name: 'restore-card',
  token: 'examsite:pc:RestoreCard',
  requirements: ['P7'],
  desired,
  actual,
  read,
  plan,
  apply,
  undo,
  work,
};
