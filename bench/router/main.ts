/** `npm run bench:router [-- --write]`: what the whitelist router costs 200 clients, against plain routing. Needs root, nft, HAProxy and dnsmasq. */
import { parseArgs } from 'node:util';
import { writeFigures } from '../page.ts';
import { routerMarkdown } from './markdown.ts';
import { measure } from './measure.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const figures = routerMarkdown(await measure({ clients: 200, rounds: 3, pages: 10, large: 4_000_000 }, say));
process.stdout.write(figures);
if (values.write) writeFigures('figures of the router', figures);
