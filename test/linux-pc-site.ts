/** A Linux PC that is on, and the controller's side of it: what a test of the host contract or of one module needs. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { home as homeAt, type Home } from '../src/core/home.ts';
import type { DepotView, Host } from '../src/core/host.ts';
import { changeEnrolled } from '../src/hosts/enrolled.ts';
import { ensureIdentity } from '../src/hosts/identity.ts';
import { HostPool } from '../src/hosts/pool.ts';
import { LinuxPc, type LinuxPcOptions } from './linux-pc.ts';

export interface LinuxPcSite {
  readonly home: Home;
  readonly pc: LinuxPc;
  readonly host: Host;
  /** Whose files the PC gets below `depotUrl`. */
  readonly served: string;
  readonly depotUrl: string;
  close(): Promise<void>;
}

const name = 'r301-s01';

/** Enrolled as r301-s01. */
export async function linuxPcSite(
  options: Omit<LinuxPcOptions, 'authorizedKey'>,
  depot?: (baseUrl: string) => DepotView,
): Promise<LinuxPcSite> {
  const home = homeAt(mkdtempSync(path.join(tmpdir(), 'examsite-linux-')));
  const pc = await LinuxPc.open({ ...options, authorizedKey: ensureIdentity(home).publicKey });
  const pool = new HostPool({ home, depot });
  const close = async (): Promise<void> => {
    await pool.close();
    await pc.close();
    rmSync(home.root, { recursive: true, force: true });
  };
  try {
    const served = path.join(home.root, 'served');
    mkdirSync(served);
    const depotUrl = pc.serve(served);
    await pc.start();
    await enrolled(home, pc, depotUrl);
    return { home, pc, host: pool.host(name), served, depotUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function enrolled(home: Home, pc: LinuxPc, depot: string): Promise<void> {
  const { hostKey } = pc.machine;
  const host = { address: pc.leased, hostKey, mac: pc.mac, machineId: name, platform: 'linux' } as const;
  const room = { room: '301', network: 'lab', port: 22, user: 'root', subnet: `${pc.net}.0/24`, depot } as const;
  await changeEnrolled(home, '301', () => ({ ...room, hosts: { [name]: host } }));
}
