// Does not prove that Chromium does what the policy says: test/exam-ca.test.ts asks a real one.
import { runCases } from '../cases.ts';
import { linuxExamCa } from './linux.ts';

runCases(linuxExamCa, import.meta.dirname, 'cases-linux');
