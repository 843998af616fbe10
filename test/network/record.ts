/** What arrives at an interface, as the kernel sees it before it decides anything: a packet to a closed port is evidence too. */
import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import type { Namespaces } from './namespaces.ts';

const listing = z.object({
  nftables: z.array(
    z.looseObject({
      set: z
        .looseObject({
          elem: z
            .array(z.union([z.string(), z.number(), z.object({ concat: z.array(z.union([z.string(), z.number()])) })]))
            .optional(),
        })
        .optional(),
    }),
  ),
});

const sets = ['ports', 'others', 'six'];

export class Record {
  readonly #namespaces: Namespaces;
  readonly #namespace: string;

  constructor(namespaces: Namespaces, namespace: string, device: string) {
    this.#namespaces = namespaces;
    this.#namespace = namespace;
    const input = `table inet seen {
      set ports { type inet_proto . ipv4_addr . inet_service; flags dynamic; size 65535; }
      set others { type inet_proto . ipv4_addr; flags dynamic; size 65535; }
      set six { type inet_proto; flags dynamic; size 256; }
      chain arriving { type filter hook prerouting priority -400; policy accept;
        iifname != "${device}" accept
        ip daddr 224.0.0.0/4 accept
        meta nfproto ipv6 meta l4proto != ipv6-icmp add @six { meta l4proto } accept
        meta nfproto ipv4 meta l4proto { tcp, udp } add @ports { meta l4proto . ip daddr . th dport } accept
        meta nfproto ipv4 add @others { meta l4proto . ip daddr } accept
      }
    }`;
    execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input, stdio: 'pipe' });
  }

  /** Protocol, address and port that packets were sent to, whoever they were for: `tcp 198.18.0.66 443`, `icmp 198.18.0.10`. */
  packets(): string[] {
    const text = this.#namespaces.run(this.#namespace, 'nft', '-j', 'list', 'table', 'inet', 'seen');
    return listing
      .parse(JSON.parse(text))
      .nftables.flatMap(({ set }) => set?.elem ?? [])
      .map((one) => (typeof one === 'object' ? one.concat.join(' ') : String(one)));
  }

  forget(): void {
    for (const set of sets) this.#namespaces.run(this.#namespace, 'nft', 'flush', 'set', 'inet', 'seen', set);
  }
}
