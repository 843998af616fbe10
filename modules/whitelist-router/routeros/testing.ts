/** For tests: the model of a RouterOS device as a Host without a network, whose packets pass the model's own firewall all the same. */
import { HostError } from '../../../src/core/errors.ts';
import type { Json } from '../../../src/core/finding.ts';
import { isOk, type Finding } from '../../../src/core/finding.ts';
import type { Args, DepotView, Host, Notes, PrimitiveName, Value } from '../../../src/core/host.ts';
import type { Hello } from '../../../src/core/primitives.ts';
import { Device, type DeviceOptions } from '../../../src/lab/devices/routeros/device.ts';
import { factory } from '../../../src/lab/devices/routeros/factory.ts';
import type { Upstream } from '../../../src/lab/devices/routeros/names.ts';
import { notesIn } from '../../scripted-host.ts';
import { desired as schema, type Desired } from '../schema.ts';
import { routerOsRouter } from './module.ts';

export const controller = '10.99.0.2';

export const plain = {
  lan: { interface: 'bridge', address: '10.30.1.1', prefix: 24 },
  wan: { interface: 'ether1' },
  upstream: ['198.18.0.53'],
  management: { address: '10.99.0.1', from: [controller] },
  services: [{ name: 'depot.exam', address: '10.30.1.250' }],
  privateNetworks: ['10.30.0.0/16'],
  dhcp: { from: '10.30.1.200', to: '10.30.1.240' },
  rules: {
    http: ['allowed.example:80/', 'allowed.example:8080/'],
    https: ['*.cdn.example:443/', 'allowed.example:443/', 'intranet.example:443/', 'www.cdn.example:8443/'],
    addresses: ['198.18.0.30', '198.18.0.66:9001'],
  },
};
export type Plain = typeof plain;
export const desiredWith = (change: Partial<Plain> = {}): Desired => schema.parse({ ...plain, ...change });
export const withRules = (change: Partial<Plain['rules']>): Desired =>
  desiredWith({ rules: { ...plain.rules, ...change } });

/** One of each kind of address that is not public. */
export const notPublic = [
  '0.1.1.1',
  '10.9.9.9',
  '100.64.1.1',
  '127.1.1.1',
  '169.254.1.1',
  '172.16.1.1',
  '192.168.1.1',
  '224.1.1.1',
];

const zone: Readonly<Record<string, string>> = {
  'allowed.example': '198.18.0.10',
  'denied.example': '198.18.0.10',
  'a.cdn.example': '198.18.0.20',
  'www.cdn.example': '198.18.0.21',
  'intranet.example': '10.30.9.5',
  'pc.cdn.example': '10.30.1.12',
  ...Object.fromEntries(notPublic.map((address) => [`at-${address}.cdn.example`, address])),
  'evil.example': '198.18.0.66',
};
export const upstream: Upstream = (name) => (zone[name] === undefined ? [] : [{ address: zone[name], ttl: 60 }]);

/** A device as bought, with the addresses that a person gave it. */
export const asBought = (more: readonly string[] = [], options: Partial<DeviceOptions> = {}): Device =>
  new Device({
    ...{ interfaces: [...factory.interfaces, 'mgmt'], upstream, ...options },
    setUp: [
      ...factory.setUp,
      '/ip address add address=10.30.1.1/24 interface=bridge',
      '/ip address add address=10.99.0.1/24 interface=mgmt',
      '/interface list member add interface=mgmt list=LAN',
      ...more,
    ],
  });

const nothing = (): never => {
  throw new Error('a router needs no depot');
};

export class ModelHost implements Host {
  readonly name = 'site-router';
  readonly notes: Notes = notesIn(new Map<string, Json>());
  readonly depot: DepotView = { artifact: nothing, wheels: nothing };
  readonly device: Device;
  /** Commands to come before the line breaks, and whether the last one is still heard. */
  breaks: { after: number; heard: boolean } | undefined;
  /** What one command takes. */
  secondsPerCommand = 1;
  #port = 40_000;

  constructor(device: Device) {
    this.device = device;
  }

  hello(): Promise<Hello> {
    return Promise.reject(new Error('a router runs no agent'));
  }

  call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    if (name !== 'console.run' || !('command' in args)) return Promise.reject(new Error(`a router has no ${name}`));
    if (!this.#passes()) return this.#lost();
    const { breaks, device } = this;
    if (breaks !== undefined && --breaks.after < 0) {
      if (breaks.heard) device.console(args.command);
      this.breaks = undefined;
      return this.#lost();
    }
    const stdout = device.console(args.command);
    device.pass(this.secondsPerCommand);
    return Promise.resolve({ exitCode: 0, stdout, stderr: '' } as Value<K>);
  }

  /** A new connection, each from a port of its own. */
  relocate(): Promise<void> {
    this.#port += 1;
    if (this.#passes()) return Promise.resolve();
    this.device.pass(25);
    return Promise.reject(new HostError(this.name, 'unreachable', 'no SSH session'));
  }

  restart(): Promise<void> {
    return Promise.reject(new Error('modules never restart a machine'));
  }

  untilBack(): Promise<void> {
    return Promise.reject(new Error('nothing waits for a router'));
  }

  #passes(): boolean {
    const way = { from: 'mgmt', to: null, source: controller, destination: '10.99.0.1', protocol: 'tcp' } as const;
    return this.device.connections.send({ ...way, sourcePort: this.#port, port: 22 }).does === 'accept';
  }

  #lost(): Promise<never> {
    return Promise.reject(new HostError(this.name, 'session-lost', 'the line broke', true));
  }
}

export async function findings(host: Host, desired: Desired): Promise<Finding[]> {
  return routerOsRouter.plan(desired, await routerOsRouter.read(host, desired));
}
export const wrong = async (host: Host, desired: Desired): Promise<string[]> =>
  (await findings(host, desired)).filter((one) => !isOk(one)).map(({ property, verdict }) => `${property} ${verdict}`);

export async function up(host: Host, desired: Desired): Promise<void> {
  const actual = routerOsRouter.actual.parse(await routerOsRouter.read(host, desired));
  await routerOsRouter.apply(host, desired, actual, routerOsRouter.plan(desired, actual));
}
