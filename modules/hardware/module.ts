/** P1–P5, P8, P11: what a candidate PC is made of. Verified, never changed. */
import type { Module } from '../../src/core/module.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { actual, desired, type Actual, type Desired } from './schema.ts';

const nothingDone = { restartRequired: false };

export const hardware: Module<Desired, Actual> = {
  name: 'hardware',
  token: 'examsite:pc:Hardware',
  requirements: ['P1', 'P2', 'P3', 'P4', 'P5', 'P8', 'P11'],
  desired,
  actual,
  read,
  plan,
  apply: () => Promise.resolve(nothingDone),
  undo: () => Promise.resolve(nothingDone),
};
