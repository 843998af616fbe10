/** P6: the IP address does not change after a restart. */
import type { Module } from '../../src/core/module.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { actual, desired, type Actual, type Desired } from './schema.ts';
import { work } from './work.ts';

export const staticIp: Module<Desired, Actual> = {
  name: 'static-ip',
  token: 'examsite:pc:StaticIp',
  requirements: ['P6'],
  desired,
  actual,
  read,
  plan,
  apply,
  undo,
  work,
};
