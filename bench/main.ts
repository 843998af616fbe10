/** `npm run bench [-- --quick] [-- --write]`: the same checks on the same hosts by four tools, in one run; then a room of simulated PCs. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { version } from '../src/core/version.ts';
import { checks } from './checks.ts';
import { compare, type Figures } from './compare.ts';
import { markdown, type Report } from './markdown.ts';
import { writeFigures } from './page.ts';
import { pythonTools } from './python.ts';
import { measureRoom } from './room.ts';

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const python = await pythonTools(say);
const amount = values.quick ? { hosts: 8, checks: 10, rounds: 1 } : { hosts: 44, checks: 30, rounds: 5 };
const contest = await compare({ ...amount, python, say });
const room = values.quick ? undefined : await measureRoom(say);
const report: Report = {
  version,
  node: process.version,
  cores: os.availableParallelism(),
  gibibytes: Math.round(os.totalmem() / 2 ** 30),
  load: os.loadavg()[0] ?? 0,
  date: new Date().toISOString().slice(0, 10),
  ...amount,
  checks: checks(amount.checks).length,
  contest,
  ...(room === undefined ? {} : { room }),
};
print(contest);
if (room) process.stdout.write(`${JSON.stringify(room, undefined, 2)}\n`);
if (values.write) writeFigures('figures', markdown(report));

function print(figures: readonly Figures[]): void {
  const table = new Table({ head: ['', 'min s', 'median s', 'max s', 'times examsite'] });
  for (const { name, seconds, ratio } of figures) {
    table.push([name, ...[seconds.min, seconds.median, seconds.max].map((one) => one.toFixed(2)), ratio.toFixed(1)]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
