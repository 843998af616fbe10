/**
 * The exam network with a router for its box, reached over SSH by this process: as a controller reaches the router of its site. The router is a
 * whole Linux machine, or a device's model.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { home as homeAt, type Home } from '../../src/core/home.ts';
import { ensureIdentity } from '../../src/hosts/identity.ts';
import type { RouterFacts } from '../../src/inventory/router-facts.ts';
import { OpenWrtDevice } from '../../src/lab/devices/openwrt/device.ts';
import { Command, type Ended } from '../command.ts';
import { complaints, look } from './converse.ts';
import { ExamNetwork } from './exam-network.ts';
import { LocalAgent } from './local-agent.ts';
import { Machine } from './machine.ts';
import { Relay } from './relay.ts';
import { routerTools } from './router-lab.ts';

/** What a test with OpenWrt's model cannot do without. */
/** As somebody has read them off a data sheet. */
export const routerFacts: RouterFacts = {
  ...{ product: 'test box', clients: 300, wanMbps: 1000, vpnTunnels: 100, accessPoints: 300, cpuCores: 2 },
};

export const openWrtTools = [...routerTools, 'busybox', 'dropbear', 'unshare'] as const;

interface Router {
  /** Returns when its sshd may be asked. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** As an examining body hands it out; conversations.yaml is about the same. */
export const list = `http://allowed.example/
https://allowed.example/
http://allowed.example:8080/
http://paths.example/exam/*
*.cdn.example
http://two.example/
http://*.inward.example/
https://*.inward.example/
http://intranet.example/
198.18.0.30
198.18.0.66:9001
`;

/** The same of what is to be opened. */
export const openedList = `https://inspected.example/exam/
https://inspected.example:8443/
https://twin.example/
https://untrusted.example/
https://misnamed.example/
https://*.portal.example/
https://*.inside.example/
`;

export class ExamSite<Box extends Router> {
  readonly home: Home;
  readonly network: ExamNetwork;
  readonly box: Box;
  /** Where this process reaches the box's port 22. */
  readonly address: string;
  readonly #relay: Relay;

  private constructor(parts: { home: Home; network: ExamNetwork; box: Box; relay: Relay }, address: string) {
    this.home = parts.home;
    this.network = parts.network;
    this.box = parts.box;
    this.address = address;
    this.#relay = parts.relay;
  }

  /** @param address a loopback address of the test file's own */
  static linux(address: string): Promise<ExamSite<Machine>> {
    return ExamSite.#open(address, (of) => new Machine({ name: `box${process.pid}`, ...of }));
  }

  /** @param address a loopback address of the test file's own */
  static openWrt(address: string): Promise<ExamSite<OpenWrtDevice>> {
    return ExamSite.#open(address, (of) => new OpenWrtDevice(of));
  }

  static async #open<Box extends Router>(
    address: string,
    make: (of: { namespace: string; authorizedKey: string }) => Box,
  ): Promise<ExamSite<Box>> {
    const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-site-')));
    const network = await ExamNetwork.open();
    const box = make({ namespace: network.box, authorizedKey: ensureIdentity(home).publicKey });
    const to = { address: '10.99.0.1', port: 22 };
    const relay = await Relay.open(network.namespaces, network.controller, to, { address, port: 22 });
    const site = new ExamSite({ home, network, box, relay }, address);
    try {
      await box.start();
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  get mac(): string {
    return this.network.namespaces.run(this.network.box, 'cat', '/sys/class/net/mgmt0/address').trim();
  }

  /** As a person writes site.yaml; the list is beside it. @param driver of the router */
  describe(driver: 'linux' | 'openwrt'): void {
    const { address, mac } = this;
    const router = {
      ...{ driver, mac, lan: { interface: 'lan0', address: '10.30.1.1', prefix: 24 }, wan: { interface: 'wan0' } },
      ...{ upstream: ['10.53.0.53'], privateNetworks: ['10.60.0.0/24'] },
      services: [{ name: 'depot.exam', address: '10.30.1.250' }],
      management: { address, from: ['10.99.0.0/24'] },
    };
    mkdirSync(this.home.inventories, { recursive: true });
    writeFileSync(
      path.join(this.home.inventories, 'site.yaml'),
      stringify({ site: '示范学院考点', depot: 'http://10.30.1.250/', router, routerFacts }),
    );
    writeFileSync(this.listFile, list);
  }

  get listFile(): string {
    return path.join(this.home.root, 'list.txt');
  }

  run(...words: readonly string[]): Promise<Ended> {
    return new Command('bin/examsite.mjs', [...words, '--lang', 'en'], this.home.root).ended;
  }

  /** Everything that a PC can try. @param opened also within TLS that the router opens. @returns what is not as it must be */
  async complaints(opened = false): Promise<string[]> {
    const pc = new LocalAgent('pc1', this.network.namespaces, this.network.pcs[0] ?? '');
    try {
      return complaints(await look(this.network, pc, opened));
    } finally {
      pc.close();
    }
  }

  async close(): Promise<void> {
    this.#relay.close();
    await this.box.close();
    await this.network.close();
    rmSync(this.home.root, { recursive: true, force: true });
  }
}
