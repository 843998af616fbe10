/** The room as the lab sees it, for people. What examsite concludes about it is none of the lab's business. */
import type { Lab } from '../lab.ts';
import type { Way } from '../outside/router.ts';
import type { Pc } from '../pc/pc.ts';
import { fileVersion } from '../pc/version.ts';

export interface PcStatus {
  readonly name: string;
  readonly os: string;
  readonly power: 'on' | 'starting' | 'off';
  readonly plugged: boolean;
  /** Live LAN address. */
  readonly address: string | null;
  readonly dhcp: boolean;
  readonly card: string;
  readonly chrome: string | null;
  readonly python: readonly string[];
  /** Changes that came through SSH since the PC was made. */
  readonly writes: number;
  readonly sessions: number;
  readonly bootTime: string;
}

export interface LabStatus {
  readonly room: string;
  readonly port: number;
  readonly pid: number;
  /** Where the room's router leads. */
  readonly way: Way['way'];
  /** Of the whole daemon. */
  readonly rssBytes: number;
  readonly pcs: readonly PcStatus[];
}

const chromes = ['C:\\Program Files', 'C:\\Program Files (x86)'].map(
  (folder) => `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
);

export function pcStatus(lab: Lab, pc: Pc): PcStatus {
  const { kind, frozen } = pc.card;
  const chrome = chromes.map((path) => pc.files.read(path)).find((file) => file !== undefined);
  const core = 'HKLM\\SOFTWARE\\Python\\PythonCore';
  const python = pc.registry.subkeys(core).map((tag) => pc.registry.value(`${core}\\${tag}`, 'Version')?.data);
  return {
    name: pc.name,
    os: pc.os.version,
    power: pc.power,
    plugged: pc.nic.plugged,
    address: pc.nic.address,
    dhcp: pc.nic.persistent().dhcp,
    card: kind === 'none' ? '-' : `${kind} ${frozen ? 'frozen' : 'thawed'}`,
    chrome: chrome ? fileVersion(chrome) : null,
    python: python.filter((version) => typeof version === 'string'),
    writes: pc.journal.writes,
    sessions: lab.sessions(pc.name),
    bootTime: pc.bootTime.toISOString(),
  };
}

export function labStatus(lab: Lab): LabStatus {
  return {
    room: lab.plan.room.room,
    port: lab.port,
    pid: process.pid,
    way: lab.way.way,
    rssBytes: process.memoryUsage().rss,
    pcs: lab.pcs.map((pc) => pcStatus(lab, pc)),
  };
}
