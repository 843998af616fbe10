// Does not prove that a real Windows PC keeps the contract: it runs against the lab's model of one, over SSH and without.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { home as homeAt } from '../../core/home.ts';
import type { Host } from '../../core/host.ts';
import { directHost } from '../../lab/direct-host.ts';
import { Lan } from '../../lab/lan.ts';
import { createMachine } from '../../lab/pc/create.ts';
import type { Program } from '../../lab/pc/machine.ts';
import type { Pc } from '../../lab/pc/pc.ts';
import { software } from '../../lab/software.ts';
import { SshServer } from '../../lab/ssh/server.ts';
import { depotView } from '../../lab/testing.ts';
import { changeEnrolled } from '../enrolled.ts';
import { readHostKey } from '../host-key.ts';
import { ensureIdentity } from '../identity.ts';
import { HostPool } from '../pool.ts';
import { openTcp } from '../tcp.ts';
import { hostContract } from './contract.ts';
import type { Subject } from './subject.ts';

const name = 'r301-s01';
const depotHost = '10.62.1.2';
const depotUrl = `http://${depotHost}:8080/`;
const lanOptions = { subnet: '10.62.1.0/28', gateway: '10.62.1.1', dns: ['10.62.1.1'], reserved: [depotHost] };

/** Models of the three programs that the suite runs. */
const programs: Readonly<Record<string, Program>> = {
  echo: ({ args, stdin }) =>
    Promise.resolve({ exitCode: 0, stdout: JSON.stringify({ args: args.slice(1), stdin }), stderr: '' }),
  fails: () => Promise.resolve({ exitCode: 3, stdout: 'out\r\n', stderr: 'err\r\n' }),
  hangs: () => new Promise(() => undefined),
};

function pcWith(lan: Lan, authorizedKey?: string): Pc {
  const pc = createMachine({
    name,
    lan,
    software: { ...software, programs: { ...software.programs, ...programs } },
    ...(authorizedKey !== undefined && { authorizedKey }),
  });
  for (const program of Object.keys(programs)) {
    const content = Buffer.from(JSON.stringify({ program }));
    pc.files.write(`C:\\contract\\${program}.exe`, { content, size: content.length });
  }
  return pc;
}

async function subjectOf(pc: Pc, host: Host, more: Pick<Subject, 'cleanup'> & Partial<Subject>): Promise<Subject> {
  const served = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const content = served.get(path.basename(request.url ?? ''));
    response.writeHead(content === undefined ? 404 : 200).end(content);
  }).listen(0, pc.nic.lan.dial(depotHost));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const program = (file: string): Subject['programs']['echo'] => ({
    exe: `C:\\contract\\${file}.exe`,
    args: ['first'],
  });
  return {
    host,
    platform: 'windows',
    scratch: 'C:\\contract\\scratch',
    programs: { echo: program('echo'), fails: program('fails'), hangs: program('hangs') },
    serve: (file, content) => {
      served.set(file, content);
      return `http://${depotHost}:${port}/${file}`;
    },
    ...more,
    cleanup: async () => {
      server.close();
      server.closeAllConnections();
      await more.cleanup();
    },
  };
}

async function direct(): Promise<Subject> {
  const pc = pcWith(new Lan(lanOptions));
  const host = directHost(pc, depotView({ artifacts: [], wheels: {} }, depotUrl));
  await host.call('file.write', { path: 'C:\\contract\\scratch\\made', base64: '' });
  return subjectOf(pc, host, { cleanup: () => Promise.resolve() });
}

async function overSsh(): Promise<Subject> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'examsite-contract-'));
  const home = homeAt(root);
  const lan = new Lan(lanOptions);
  const port = await lan.freePort();
  const pc = pcWith(lan, ensureIdentity(home).publicKey);
  const server = new SshServer(pc, { port, user: 'examsite' });
  await server.refresh();
  const address = String(pc.nic.address);
  const hostKey = String(await readHostKey(await openTcp({ address: lan.dial(address), port }, 2000), 5000));
  const hosts = {
    [name]: { address, hostKey, mac: pc.nic.mac, machineId: pc.machineId, platform: 'windows' },
  } as const;
  const room = { room: '301', network: 'lab', user: 'examsite', subnet: lanOptions.subnet, depot: depotUrl } as const;
  await changeEnrolled(home, '301', () => ({ ...room, port, hosts }));
  pc.faults.garbage = true;
  const pool = new HostPool({ home, timing: { absentMs: 0, scanMs: 500, restartMs: 15_000 } });
  const host = pool.host(name);
  await host.call('file.write', { path: 'C:\\contract\\scratch\\made', base64: '' });
  return subjectOf(pc, host, {
    dropSession: () => {
      server.endSessions('closed');
      return Promise.resolve();
    },
    cleanup: async () => {
      await pool.close();
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  });
}

const able = { restart: true, services: true, adapters: true };
hostContract('a simulated PC', 'windows', direct, { ...able, sessions: false });
hostContract('a simulated PC over SSH', 'windows', overSsh, { ...able, sessions: true });
