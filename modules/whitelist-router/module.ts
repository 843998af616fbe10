/** R7, R8: the whitelist, enforced by a Linux box between the exam network and the internet. */
import type { Module } from '../../src/core/module.ts';
import { apply, undo } from './linux/apply.ts';
import { plan } from './linux/plan.ts';
import { read } from './linux/read.ts';
import { actual, desired, type Actual, type Desired } from './schema.ts';

export const whitelistRouter: Module<Desired, Actual> = {
  name: 'whitelist-router',
  token: 'examsite:site:WhitelistRouter',
  requirements: ['R7', 'R8'],
  desired,
  actual,
  read,
  plan,
  apply,
  undo,
};
