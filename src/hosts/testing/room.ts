/** A home folder with one enrolled room whose machines are test servers on 127.61.x.y, all on one port. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { home as homeAt } from '../../core/home.ts';
import type { Home } from '../../core/home.ts';
import { changeEnrolled } from '../enrolled.ts';
import type { EnrolledHost } from '../enrolment.ts';
import { ensureIdentity } from '../identity.ts';
import { HostPool } from '../pool.ts';
import type { Timing } from '../timing.ts';
import { TestServer } from './server.ts';

/** Waits as short as a loaded machine of two cores allows. */
const impatient: Partial<Timing> = {
  tcpMs: 500,
  scanMs: 500,
  rescanMs: [20, 100],
  absentMs: 0,
  restartMs: 5_000,
  relocateMs: 5_000,
};

/** As the LAN has it; the lab's mapping takes it to 127.61.0.0/28. */
export const subnet = '10.61.0.0/28';
export const lanAddress = (last: number): string => `10.61.0.${last}`;
export const loopback = (last: number): string => `127.61.0.${last}`;

export class TestRoom {
  readonly home: Home;
  readonly authorizedKey: string;
  readonly #servers: TestServer[] = [];
  readonly #pools: HostPool[] = [];
  port = 0;

  constructor() {
    this.home = homeAt(mkdtempSync(path.join(os.tmpdir(), 'examsite-hosts-')));
    this.authorizedKey = ensureIdentity(this.home).publicKey;
  }

  /** Starts a server at .`last`; the first one chooses the port for all. */
  async server(last: number, like?: TestServer): Promise<TestServer> {
    const server = new TestServer(this.authorizedKey, like);
    await server.listen(loopback(last), this.port);
    this.port = server.port;
    this.#servers.push(server);
    return server;
  }

  /** Enrols machines by name: which key, and at which address it was last seen. */
  async enrol(
    hosts: Readonly<Record<string, { hostKey: string; last: number; platform?: EnrolledHost['platform'] }>>,
  ): Promise<void> {
    const entries = Object.entries(hosts).map(([name, { hostKey, last, platform = 'windows' }]) => {
      const host = { address: lanAddress(last), hostKey, mac: '00:23:24:5a:00:01', machineId: name, platform };
      return [name, host] as const;
    });
    await changeEnrolled(this.home, '301', () => ({
      room: '301',
      network: 'lab',
      port: this.port,
      user: 'examsite',
      subnet,
      depot: 'http://10.61.0.14:8080/',
      hosts: Object.fromEntries(entries),
    }));
  }

  pool(timing: Partial<Timing> = {}): HostPool {
    const pool = new HostPool({ home: this.home, timing: { ...impatient, ...timing } });
    this.#pools.push(pool);
    return pool;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
    await Promise.all(this.#servers.map((server) => server.stop()));
    rmSync(this.home.root, { recursive: true, force: true });
  }
}
