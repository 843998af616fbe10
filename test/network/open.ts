/** The positive control: the same network without any rules, as a home router would join it. What leaks here is what the rules keep back. */
import { execFileSync } from 'node:child_process';
import type { ExamNetwork } from './exam-network.ts';
import { internet } from './internet.ts';

const plain = `table ip plain {
  chain leave { type nat hook postrouting priority srcnat; oifname "wan0" masquerade; }
}`;

export function openUp(network: ExamNetwork): void {
  const { namespaces, box } = network;
  namespaces.run(box, 'nft', 'flush', 'ruleset');
  execFileSync('ip', ['netns', 'exec', box, 'nft', '-f', '-'], { input: plain, stdio: 'pipe' });
  namespaces.run(box, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
  network.resolveAt(internet.resolver);
}
