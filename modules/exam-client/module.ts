/** P9: Windows Firewall and the antivirus let the exam system through. That a PC is free of viruses nothing here proves. */
import type { Module } from '../../src/core/module.ts';
import { apply, undo } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import { examClientActual, examClientDesired, type ExamClientActual, type ExamClientDesired } from './schema.ts';

export const examClient: Module<ExamClientDesired, ExamClientActual> = {
  name: 'exam-client',
  token: 'examsite:pc:ExamClient',
  requirements: ['P9'],
  desired: examClientDesired,
  actual: examClientActual,
  read,
  plan,
  apply,
  undo,
};
