/** The figures as docs/benchmarks.md shows them. */
import { packages } from './python.ts';
import type { Figures } from './compare.ts';
import type { RoomFigures } from './room.ts';

export interface Report {
  readonly version: string;
  readonly node: string;
  readonly cores: number;
  readonly gibibytes: number;
  readonly load: number;
  readonly date: string;
  readonly hosts: number;
  readonly checks: number;
  readonly contest: readonly Figures[];
  readonly room?: RoomFigures;
}

export function markdown({ contest, room, ...about }: Report): string {
  const machine = `${about.cores} cores, ${about.gibibytes} GiB, Node ${about.node.slice(1)}, ${packages.join(', ')}; load ${about.load.toFixed(1)} at the end`;
  return [
    `Measured on ${about.date}: ${machine}. The hosts run on the same cores as the tools.`,
    '',
    `### ${about.hosts} real sshd hosts × ${about.checks} checks`,
    '',
    '| tool | median s | min–max s | rounds | times examsite | how |',
    '|---|---|---|---|---|---|',
    ...contest.map(row),
    '',
    ...(room === undefined ? [] : roomLines(room)),
    ...aims(contest, room),
    '',
  ].join('\n');
}

const row = ({ name, how, rounds, seconds: { min, median, max }, ratio }: Figures): string =>
  `| ${name} | ${median.toFixed(2)} | ${min.toFixed(2)}–${max.toFixed(2)} | ${rounds} | ${ratio.toFixed(2)} | ${how} |`;

function roomLines({ firstUpSec, againUpSec, checkSec, engineAloneSec, resources }: RoomFigures): string[] {
  return [
    '### A room of 44 simulated PCs, no artificial latency',
    '',
    '| | s |',
    '|---|---|',
    `| first \`up\`, every restore card opened and proved (${resources} resources) | ${firstUpSec.toFixed(1)} |`,
    `| of which the engine's own: the same program with plugins that do nothing | ${engineAloneSec.toFixed(1)} |`,
    `| \`up\` again, nothing to do (looks at every PC) | ${againUpSec.toFixed(1)} |`,
    `| \`check\`, the whole command | ${checkSec.toFixed(1)} |`,
    '',
  ];
}

function aims(contest: readonly Figures[], room: RoomFigures | undefined): string[] {
  const ratio = (name: string): number | undefined => contest.find((one) => one.name === name)?.ratio;
  const ssh = ratio('ssh');
  const lines = [
    aim('at most 1.5 × plain ssh', ssh === undefined ? undefined : 1 / ssh, (value) => value <= 1.5),
    aim('at least 15 × faster than pyinfra', ratio('pyinfra'), (value) => value >= 15),
    aim('at least 40 × faster than Ansible', ratio('Ansible'), (value) => value >= 40),
    aim('first `up` of 44 under 30 s', room?.firstUpSec, (value) => value < 30),
    aim('`up` with nothing to do under 10 s', room?.againUpSec, (value) => value < 10),
  ];
  return ['| aim | measured | |', '|---|---|---|', ...lines];
}

function aim(text: string, value: number | undefined, met: (value: number) => boolean): string {
  if (value === undefined) return `| ${text} | – | not measured |`;
  return `| ${text} | ${value.toFixed(2)} | ${met(value) ? 'met' : 'not met'} |`;
}
