/** P14, L*.chrome and L*.chromedriver: the pinned pair, a real driver session, and nothing that could change it before the exam. */
import type { Module } from '../../src/core/module.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { browserActual, browserDesired, type BrowserActual, type BrowserDesired } from './schema.ts';
import { undo } from './undo.ts';
import { work } from './work.ts';

export const browser: Module<BrowserDesired, BrowserActual> = {
  name: 'browser',
  mayWait: true,
  token: 'examsite:pc:Browser',
  requirements: ['P14', 'P16', 'L*.chrome', 'L*.chromedriver'],
  desired: browserDesired,
  actual: browserActual,
  read,
  plan,
  apply,
  undo,
  work,
};
