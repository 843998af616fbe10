/** `npm run bench:leaktest [-- --write]`: the leak test of 44 PCs by command, in seconds. Needs root, nft, HAProxy, dnsmasq and sshd. */
import { parseArgs } from 'node:util';
import { writeFigures } from '../page.ts';
import { leaktestMarkdown } from './markdown.ts';
import { measureLeaktest } from './measure.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const figures = leaktestMarkdown(await measureLeaktest(44, say));
process.stdout.write(figures);
if (values.write) writeFigures('figures of the leak test', figures);
