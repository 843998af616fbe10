/**
 * The exam network of a test: candidate PCs at a switch that keeps them apart, the whitelist router, and the stand-in internet behind it.
 *
 *     pc1 ─┐
 *     pc2 ─┴ switch ── lan0 [box] wan0 ── up0 [inet]          ctl ── mgmt0 [box]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Internet, internet, type More } from './internet.ts';
import { Namespaces } from './namespaces.ts';
import { Record } from './record.ts';

export const room = { net: '10.30.1', gateway: '10.30.1.1', pcs: ['10.30.1.11', '10.30.1.12'] } as const;

export class ExamNetwork {
  readonly namespaces: Namespaces;
  readonly inet: Internet;
  /** What arrives at the internet, at the second PC, and at the controller. */
  readonly records: Readonly<globalThis.Record<'inet' | 'pc2' | 'controller', Record>>;
  /** Namespaces of the PCs. */
  readonly pcs: readonly string[];
  readonly box: string;
  /** Namespace of the switch, whose bridge is `br0`. */
  readonly lan: string;
  /** Namespace of whoever manages the box, 10.99.0.2. */
  readonly controller: string;
  readonly folder: string;
  /** What the PCs have for /etc/resolv.conf. */
  readonly resolvConf: string;
  /** File with the certificate of the exam site's own CA. */
  readonly authority: string;

  private constructor(
    namespaces: Namespaces,
    inet: Internet,
    names: { pcs: string[]; box: string; lan: string; controller: string },
    folder: string,
  ) {
    this.namespaces = namespaces;
    this.inet = inet;
    this.pcs = names.pcs;
    this.box = names.box;
    this.lan = names.lan;
    this.controller = names.controller;
    this.folder = folder;
    this.records = {
      inet: new Record(namespaces, inet.namespace, 'up0'),
      pc2: new Record(namespaces, names.pcs[1] ?? '', 'eth0'),
      controller: new Record(namespaces, names.controller, 'eth0'),
    };
    this.resolvConf = path.join(folder, 'resolv.conf');
    this.resolveAt(room.gateway);
    this.authority = path.join(folder, 'authority.pem');
  }

  /** @param addresses of the PCs */
  static async open(addresses: readonly string[] = room.pcs, more: More = {}): Promise<ExamNetwork> {
    const folder = mkdtempSync(path.join(tmpdir(), 'examsite-net-'));
    const namespaces = new Namespaces();
    try {
      const inet = await Internet.open(namespaces, folder, more);
      const [box, lan, controller] = [namespaces.add('box'), namespaces.add('switch'), namespaces.add('ctl')];
      const run = (namespace: string, ...words: string[]): string =>
        namespaces.run(namespace, words[0] ?? '', ...words.slice(1));
      run(lan, 'ip', 'link', 'add', 'br0', 'type', 'bridge');
      run(lan, 'ip', 'link', 'set', 'br0', 'up');
      namespaces.link(
        { namespace: box, name: 'lan0', address: `${room.gateway}/24` },
        { namespace: lan, name: 'router' },
      );
      run(lan, 'ip', 'link', 'set', 'router', 'master', 'br0');
      const pcs = addresses.map((address, index) => {
        const pc = namespaces.add(`pc${index + 1}`);
        const port = `p${index + 1}`;
        namespaces.link({ namespace: pc, name: 'eth0', address: `${address}/24` }, { namespace: lan, name: port });
        run(lan, 'ip', 'link', 'set', port, 'master', 'br0');
        // The router never sees what one PC says to another at the same switch: only the switch can keep them apart.
        run(lan, 'bridge', 'link', 'set', 'dev', port, 'isolated', 'on');
        run(pc, 'ip', 'route', 'add', 'default', 'via', room.gateway);
        // For who speaks as the controller.
        if (index === 0) run(pc, 'ip', 'addr', 'add', '10.99.0.2/32', 'dev', 'lo');
        return pc;
      });
      namespaces.link(
        { namespace: box, name: 'wan0', address: `${internet.gateway}/24` },
        { namespace: inet.namespace, name: 'up0' },
      );
      run(inet.namespace, 'ip', 'addr', 'add', '198.18.0.2/24', 'dev', 'up0');
      for (const network of ['10.53.0.0/24', '10.60.0.0/24'])
        run(box, 'ip', 'route', 'add', network, 'via', '198.18.0.2');
      namespaces.link(
        { namespace: box, name: 'mgmt0', address: '10.99.0.1/24' },
        { namespace: controller, name: 'eth0', address: '10.99.0.2/24' },
      );
      return new ExamNetwork(namespaces, inet, { pcs, box, lan, controller }, folder);
    } catch (error) {
      await namespaces.close();
      throw error;
    }
  }

  resolveAt(server: string): void {
    writeFileSync(this.resolvConf, `nameserver ${server}\n`);
  }

  async close(): Promise<void> {
    await this.namespaces.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
