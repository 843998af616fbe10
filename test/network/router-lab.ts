/** The exam network with the router's rules in force, and the first PC's agent: what most tests of the router begin with. */
import { ruleSet } from '../../modules/whitelist-router/linux/render.ts';
import { Box } from './box.ts';
import { wanted } from './conversations.ts';
import { ExamNetwork } from './exam-network.ts';
import { LocalAgent } from './local-agent.ts';

/** What these tests cannot do without: `needs(...routerTools)`. */
export const routerTools = ['ip', 'nft', 'haproxy', 'dnsmasq', 'curl', 'openssl', 'ping', 'python3'] as const;
/** Those with a whole machine for the box. */
export const boxTools = [...routerTools, 'sshd', 'systemd-nspawn'] as const;

export class RouterLab {
  readonly network: ExamNetwork;
  readonly box: Box;
  readonly pc: LocalAgent;

  private constructor(network: ExamNetwork) {
    this.network = network;
    this.box = new Box(network);
    // Names are looked up as this PC's own resolver has them.
    this.pc = new LocalAgent('pc1', network.namespaces, network.pcs[0] ?? '', network.resolvConf);
  }

  /** @param desired @default without TLS that is opened */
  static async open(desired = wanted()): Promise<RouterLab> {
    const lab = new RouterLab(await ExamNetwork.open());
    try {
      await lab.box.start(ruleSet(desired));
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.pc.close();
    await this.network.close();
  }
}
