/** The exam network with a router that runs OpenWrt for its box, reached over SSH by this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { home as homeAt, type Home } from '../../src/core/home.ts';
import { ensureIdentity } from '../../src/hosts/identity.ts';
import { OpenWrtDevice } from '../../src/lab/devices/openwrt/device.ts';
import { ExamNetwork } from './exam-network.ts';
import { Relay } from './relay.ts';
import { routerTools } from './router-lab.ts';

/** What these tests cannot do without. */
export const openWrtTools = [...routerTools, 'busybox', 'dropbear', 'unshare'] as const;

interface Parts {
  readonly home: Home;
  readonly network: ExamNetwork;
  readonly device: OpenWrtDevice;
  readonly relay: Relay;
}

export class OpenWrtSite {
  readonly home: Home;
  readonly network: ExamNetwork;
  readonly device: OpenWrtDevice;
  /** Where this process reaches the box's port 22. */
  readonly address: string;
  readonly #relay: Relay;

  private constructor({ home, network, device, relay }: Parts, address: string) {
    this.home = home;
    this.network = network;
    this.device = device;
    this.address = address;
    this.#relay = relay;
  }

  /** @param address a loopback address of the test file's own */
  static async open(address: string): Promise<OpenWrtSite> {
    const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-site-')));
    const network = await ExamNetwork.open();
    const { publicKey } = ensureIdentity(home);
    const device = new OpenWrtDevice({ namespace: network.box, authorizedKey: publicKey });
    const to = { address: '10.99.0.1', port: 22 };
    const relay = await Relay.open(network.namespaces, network.controller, to, { address, port: 22 });
    const site = new OpenWrtSite({ home, network, device, relay }, address);
    try {
      await device.start();
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  get mac(): string {
    return this.network.namespaces.run(this.network.box, 'cat', '/sys/class/net/mgmt0/address').trim();
  }

  async close(): Promise<void> {
    this.#relay.close();
    await this.device.close();
    await this.network.close();
    rmSync(this.home.root, { recursive: true, force: true });
  }
}
