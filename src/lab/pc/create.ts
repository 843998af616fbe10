/** Builds a simulated PC: new from an operating system's image, or as it was saved. */
import { createHash } from 'node:crypto';
import type { FirewallRule } from '../../core/firewall.ts';
import { Lan } from '../lan.ts';
import { Accounts, type Shell } from './accounts.ts';
import { type CardData, type CardOptions, RestoreCard } from './card.ts';
import { Contents } from './contents.ts';
import { Refusal } from './fault.ts';
import { Files, type Node } from './files.ts';
import { Firewall } from './firewall.ts';
import { type HardwareModel, hardwareModels } from './hardware.ts';
import { newHostKey } from './host-key.ts';
import { imageOf } from './images/image.ts';
import { type OsName, type Stock, stock } from './images/stock.ts';
import { Journal, type JournalData } from './journal.ts';
import { Latency } from './latency.ts';
import { Layers, type LayersData } from './layers.ts';
import type { Hardware, Os } from './machine.ts';
import { Nic, type NicData } from './nic.ts';
import { Pc, type Power, type Software } from './pc.ts';
import { type Key, Registry } from './registry.ts';
import { Services } from './services.ts';
import { Tasks } from './tasks.ts';

export interface MachineOptions {
  /** `r301-s07` */
  readonly name: string;
  readonly os?: OsName;
  readonly edition?: Os['edition'];
  /** Windows' computer name; default: the name in capitals. */
  readonly computer?: string;
  readonly hardware?: HardwareModel;
  readonly mac?: string;
  /** Departures from the hardware model: a display that does not say, a 100 Mbit card. */
  readonly changes?: Partial<Hardware>;
  readonly card?: CardOptions;
  readonly lan?: Lan;
  readonly contents?: Contents;
  readonly software?: Software;
  /** See Latency. @default 0 */
  readonly latency?: number;
  /** `ssh-ed25519 AAAA…` of the controller. */
  readonly authorizedKey?: string;
}

/** The JSON of one PC. Contents of files are elsewhere, by hash. */
export interface PcData {
  readonly format: 1;
  readonly name: string;
  readonly osName: OsName;
  readonly os: Os;
  readonly hardware: Hardware;
  readonly card: CardData;
  readonly files: LayersData<Node>;
  readonly registry: LayersData<Key>;
  readonly nic: NicData;
  readonly running: readonly string[];
  /** Folded names of accounts. */
  readonly loggedOn: readonly string[];
  readonly shell: Shell | null;
  readonly bootTime: string;
  readonly power: Power;
  readonly latency: number;
  readonly journal: JournalData;
}

/** The surroundings that a saved PC is put back into. */
export interface Surroundings {
  readonly lan: Lan;
  readonly contents: Contents;
  readonly software: Software;
}

/** A PC with the parts that only the builder touches. */
export interface Built {
  readonly pc: Pc;
  readonly toJSON: () => PcData;
}

export const hostKeyFile = 'C:\\ProgramData\\ssh\\ssh_host_ed25519_key';
/** Where sshd looks for the keys of an account that is an administrator (windows-facts 1). */
export const authorizedKeysFile = 'C:\\ProgramData\\ssh\\administrators_authorized_keys';

/** A machine on which nothing runs. */
const bare: Software = {
  programs: {},
  webdriver: () => Promise.reject(new Refusal('unsupported', 'this machine was made without program models')),
};
const emptyLayers = { base: {}, overlay: null };

/** A machine on its own, without a room around it. */
export function createMachine(options: MachineOptions): Pc {
  return buildMachine(options).pc;
}

export function buildMachine(options: MachineOptions): Built {
  const osName = options.os ?? 'win10';
  const mac = options.mac ?? macOf(options.name);
  const system = stock[osName];
  const kind = options.card?.kind ?? 'none';
  const edition = options.edition ?? (kind === 'uwf' ? 'Enterprise' : osName === 'win10' ? 'Professional' : 'Ultimate');
  const data: PcData = {
    format: 1,
    name: options.name,
    osName,
    os: { version: system.version, caption: captionOf(osName, edition), edition },
    hardware: { ...hardwareModels[options.hardware ?? 'desktop2019'], mac, ...options.changes },
    card: {
      kind,
      frozen: false,
      nextBootFrozen: false,
      password: options.card?.password ?? null,
      restoreEvery: options.card?.restoreEvery ?? 1,
      starts: 0,
    },
    files: emptyLayers,
    registry: emptyLayers,
    nic: { plugged: true, live: { dhcp: true, address: null, prefix: null, gateway: null, dns: [] } },
    running: [],
    loggedOn: [],
    shell: null,
    bootTime: new Date().toISOString(),
    power: 'on',
    latency: options.latency ?? 0,
    journal: { writes: 0, events: [] },
  };
  const built = restoreMachine(data, {
    lan: options.lan ?? new Lan({ subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'] }),
    contents: options.contents ?? new Contents(),
    software: options.software ?? bare,
  });
  built.pc.journal.act('machine', () => firstStart(built.pc, options));
  return built;
}

/** As it was saved: this is not a start of the PC. */
export function restoreMachine(data: PcData, around: Surroundings): Built {
  const { contents, lan } = around;
  const image = imageOf(data.osName, contents);
  const journal = new Journal(data.journal);
  const nodes = new Layers<Node>(image.files, data.files);
  const keys = new Layers<Key>(image.registry, data.registry);
  const files = new Files(nodes, contents, journal, data.hardware.diskBytes);
  const registry = new Registry(keys, journal);
  const services = new Services(registry, journal, data.running);
  const card = new RestoreCard(data.card, [nodes, keys], journal);
  const nic = new Nic(data.hardware, registry, lan, data.nic);
  const latency = new Latency(data.latency);
  const { name, os, hardware, power } = data;
  const accounts = new Accounts(registry, files, journal, `${name} ${hardware.mac}`, data.loggedOn, data.shell);
  const firewall = new Firewall(registry, services, stock[data.osName].firewallVersion);
  const pc = new Pc({
    ...{ name, os, hardware, power, contents, journal, files, registry, services, card, nic, latency },
    ...{ accounts, firewall },
    tasks: new Tasks(files),
    software: around.software,
    bootTime: new Date(data.bootTime),
  });
  const toJSON = (): PcData => {
    for (const hash of hashesOf(nodes)) contents.save(hash);
    return {
      ...{ format: 1, name, os, hardware, osName: data.osName },
      ...{ card: card.toJSON(), files: nodes.toJSON(), registry: keys.toJSON(), nic: nic.toJSON() },
      ...{
        running: services.running(),
        loggedOn: accounts.loggedOn(),
        shell: accounts.shell,
        bootTime: pc.bootTime.toISOString(),
        power: pc.power,
      },
      ...{ latency: latency.factor, journal: journal.toJSON() },
    };
  };
  return { pc, toJSON };
}

function firstStart(pc: Pc, options: MachineOptions): void {
  const text = (key: string, name: string, data: string): void => pc.registry.set(key, name, { type: 'REG_SZ', data });
  const edition = {
    Professional: 'Professional',
    Education: 'Education',
    Enterprise: 'Enterprise',
    Ultimate: 'Ultimate',
  };
  text('HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion', 'EditionID', edition[pc.os.edition]);
  text('HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid', guidOf(`${pc.name} ${pc.hardware.mac}`));
  const computer = options.computer ?? pc.name.toUpperCase();
  text('HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName', 'ComputerName', computer);
  pc.nic.install(stock[options.os ?? 'win10'].connection);
  pc.countStart();
  pc.services.boot();
  makeAccounts(pc, stock[options.os ?? 'win10']);
  const hostKey = newHostKey(computer);
  pc.files.write(hostKeyFile, { content: hostKey, size: hostKey.length });
  if (options.authorizedKey !== undefined) {
    const content = Buffer.from(`${options.authorizedKey.trim()}\n`);
    pc.files.write(authorizedKeysFile, { content, size: content.length });
  }
  pc.nic.bringUp();
  pc.card.seal(options.card?.frozen ?? false);
}

/** Windows' own two, the candidates', and the one that the controller signs in with. */
function makeAccounts({ accounts, firewall }: Pc, { administrator, defaultUser }: Stock): void {
  accounts.create(administrator, 500, true);
  accounts.create('Guest', 501, true);
  accounts.create('exam', 1001);
  accounts.create('examsite', 1002);
  for (const name of ['exam', 'examsite']) accounts.makeProfile(name, defaultUser);
  accounts.boot();
  firewall.replace(sshdRule.name, sshdRule);
}

/** What the prepare kit adds. */
const sshdRule: FirewallRule = {
  name: 'examsite-ssh',
  group: '',
  direction: 'in',
  action: 'allow',
  enabled: true,
  program: null,
  protocol: 'tcp',
  localPorts: '22',
  remotePorts: '*',
  remoteAddresses: '*',
  profiles: ['domain', 'private', 'public'],
};

function* hashesOf(nodes: Layers<Node>): Generator<string> {
  const { base, overlay } = nodes.toJSON();
  for (const layer of [base, overlay ?? {}]) {
    for (const node of Object.values(layer)) if (node?.hash !== undefined) yield node.hash;
  }
}

function captionOf(os: OsName, edition: Os['edition']): string {
  const zh = { Professional: '专业版', Education: '教育版', Enterprise: '企业版', Ultimate: '旗舰版' };
  return `Microsoft Windows ${os === 'win10' ? '10' : '7'} ${zh[edition]}`;
}

/** A locally administered address from a name, for machines that no inventory describes. */
function macOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return ['02', ...[0, 2, 4, 6, 8].map((at) => hex.slice(at, at + 2))].join(':');
}

function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
