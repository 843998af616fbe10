/** P13: English, Pinyin and Wubi input methods, and none that shows advertising. */
import type { Module } from '../../src/core/module.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { inputMethodActual, inputMethodDesired, type InputMethodActual, type InputMethodDesired } from './schema.ts';

export const inputMethod: Module<InputMethodDesired, InputMethodActual> = {
  name: 'input-method',
  token: 'examsite:pc:InputMethod',
  requirements: ['P13'],
  desired: inputMethodDesired,
  actual: inputMethodActual,
  read,
  plan,
  apply,
  undo,
};
