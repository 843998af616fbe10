/** The figures of the leak test as docs/benchmarks.md shows them. */
import type { Leaktest, LeaktestFigures } from './measure.ts';

const routers: Readonly<Record<Leaktest['router'], string>> = {
  filtering: 'the whitelist router (nftables, dnsmasq, HAProxy)',
  open: 'one without rules',
  silent: 'one that drops everything and says nothing',
};
const aimSec = 60;

export function leaktestMarkdown({ pcs, entries, runs }: LeaktestFigures): string {
  const slowest = Math.max(...runs.map(({ seconds }) => seconds));
  return [
    `${pcs} PCs, each with a network, a process tree and an sshd of its own; ${entries} whitelist entries and all of handbook/probes.yaml. The whole command;`,
    'PCs, router, stand-in internet and controller share the cores, which a real room does not.',
    '',
    '| router | seconds | conversations | round trips | came out | CPU s of controller, PCs, router |',
    '|---|---|---|---|---|---|',
    ...runs.map(row),
    '',
    `Aim: under ${aimSec} s; the slowest took ${slowest.toFixed(1)} s: ${slowest < aimSec ? 'met' : 'not met'}.`,
    '',
  ].join('\n');
}

function row({ router, seconds, conversations, roundTrips, shown, cpu }: Leaktest): string {
  const out = Object.entries(shown).map(([what, count]) => `${count} ${what}`);
  const spent = [cpu.controller, cpu.pcs, cpu.router].map((one) => one.toFixed(1));
  return `| ${[routers[router], seconds.toFixed(1), conversations, roundTrips, out.join(', '), spent.join(', ')].join(' | ')} |`;
}
