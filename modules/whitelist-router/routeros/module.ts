/** R7, R8: the whitelist, by resolved address, on a router that runs MikroTik RouterOS 7. */
import type { Module } from '../../../src/core/module.ts';
import { desired, type Desired } from '../schema.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { actual, type Actual } from './schema.ts';

export const routerOsRouter: Module<Desired, Actual> = {
  name: 'routeros-router',
  token: 'examsite:site:RouterOsRouter',
  requirements: ['R7', 'R8'],
  desired,
  actual,
  read,
  plan,
  apply,
  undo,
};
