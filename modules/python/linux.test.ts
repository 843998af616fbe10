// Does not prove that a Linux PC answers so (test/linux.test.ts has a real one): what the module makes of given answers.
import { runCases } from '../cases.ts';
import { linuxPython } from './linux.ts';

runCases(linuxPython, import.meta.dirname, 'cases-linux');
