/** What PCs have asked for and not got, since the rules were last changed (nftables) and as far back as the box's log reaches. */
import type { Host } from '../../../src/core/host.ts';
import { counted, logged, type Refusal } from '../linux/refused.ts';
import { ask } from './console.ts';

/** Lines of procd's log carry who said them: `… daemon.info haproxy[123]: refused …` ("Logging messages", logread). */
const lead = /^.*?\]: (?=refused )/;

/** @returns most often refused first @throws CallError where there are no rules on the box */
export async function refused(host: Host): Promise<Refusal[]> {
  const [set, log] = await Promise.all([
    ask(host, 'nft -j list set inet examsite refused'),
    ask(host, 'logread -e refused'),
  ]);
  const lines = log.split('\n').map((line) => line.replace(lead, ''));
  return [...counted(set), ...logged(lines.join('\n'))].toSorted((a, b) => b.times - a.times);
}
