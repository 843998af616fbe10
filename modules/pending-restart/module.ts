/** The one restart at the end of a PC's changes: for what installers have asked for, and for what Windows itself waits with. */
import type { Module } from '../../src/core/module.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import {
  pendingRestartActual,
  pendingRestartDesired,
  type PendingRestartActual,
  type PendingRestartDesired,
} from './schema.ts';

export const pendingRestart: Module<PendingRestartDesired, PendingRestartActual> = {
  name: 'pending-restart',
  token: 'examsite:pc:PendingRestart',
  requirements: ['P16'],
  desired: pendingRestartDesired,
  actual: pendingRestartActual,
  follows: true,
  read,
  plan,
  apply,
  undo,
};
