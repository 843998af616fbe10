// Does not prove that a Linux PC answers so (real.test.ts has one booted, with both managers): what the module makes of given answers.
import { runCases } from '../cases.ts';
import { staticIp } from './module.ts';

runCases(staticIp, import.meta.dirname, 'cases-linux');
