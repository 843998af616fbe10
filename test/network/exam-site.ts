/** The exam network with a whole Linux machine for its box, reached over SSH by this process: as a controller reaches the router of its site. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { home as homeAt, type Home } from '../../src/core/home.ts';
import { ensureIdentity } from '../../src/hosts/identity.ts';
import { ExamNetwork } from './exam-network.ts';
import { Machine } from './machine.ts';
import { Relay } from './relay.ts';

interface Parts {
  readonly home: Home;
  readonly network: ExamNetwork;
  readonly machine: Machine;
  readonly relay: Relay;
}

export class ExamSite {
  readonly home: Home;
  readonly network: ExamNetwork;
  readonly machine: Machine;
  /** Where this process reaches the box's port 22. */
  readonly address: string;
  readonly #relay: Relay;

  private constructor({ home, network, machine, relay }: Parts, address: string) {
    this.home = home;
    this.network = network;
    this.machine = machine;
    this.address = address;
    this.#relay = relay;
  }

  /** @param address a loopback address of the test file's own */
  static async open(address: string): Promise<ExamSite> {
    const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-site-')));
    const network = await ExamNetwork.open();
    const { publicKey } = ensureIdentity(home);
    const machine = new Machine({ name: `box${process.pid}`, namespace: network.box, authorizedKey: publicKey });
    const to = { address: '10.99.0.1', port: 22 };
    const relay = await Relay.open(network.namespaces, network.controller, to, { address, port: 22 });
    const site = new ExamSite({ home, network, machine, relay }, address);
    try {
      await machine.start();
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#relay.close();
    await this.machine.close();
    await this.network.close();
    rmSync(this.home.root, { recursive: true, force: true });
  }
}
