/** R7, R8: the whitelist, enforced by a box that runs OpenWrt, in the same arrangement as on Linux. */
import type { Module } from '../../../src/core/module.ts';
import { desired, type Desired } from '../schema.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { actual, type Actual } from './schema.ts';

export const openwrtRouter: Module<Desired, Actual> = {
  name: 'openwrt-router',
  token: 'examsite:site:OpenWrtRouter',
  requirements: ['R7', 'R8'],
  desired,
  actual,
  read,
  plan,
  apply,
  undo,
};
