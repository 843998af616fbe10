// Does not prove services, restarts and addresses, for which linux-pc.test.ts boots a whole PC. The sshd, the Python, the processes and the disk
// are real.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { needs, toolPath } from '../../../test/tools.ts';
import { home as homeAt } from '../../core/home.ts';
import { changeEnrolled } from '../enrolled.ts';
import { ensureIdentity } from '../identity.ts';
import { HostPool } from '../pool.ts';
import { hostContract } from './contract.ts';
import { currentUser, processesWith, Sshd } from './openssh.ts';
import { marker, programs } from './programs.ts';
import type { Subject } from './subject.ts';

const name = 'r301-s01';
async function webServer(): Promise<{ serve: Subject['serve']; stop: () => Promise<void> }> {
  const served = new Map<string, Buffer>();
  const server = createServer(({ url = '' }, response) => {
    const content = served.get(url);
    response.writeHead(content ? 200 : 404).end(content ?? 'absent');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return {
    serve: (file, content) => {
      served.set(`/${file}`, content);
      return `http://127.0.0.1:${address.port}/${file}`;
    },
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

async function linuxOverSsh(): Promise<Subject> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'examsite-contract-'));
  const [scratch, folder] = [path.join(root, 'scratch'), path.join(root, 'sshd')];
  for (const made of [scratch, folder]) mkdirSync(made);
  const home = homeAt(path.join(root, 'home'));
  const { publicKey } = ensureIdentity(home);
  const env = { EXAMSITE_BASE: path.join(root, 'base') };
  const sshd = await Sshd.start({ folder, sshd: toolPath('sshd'), authorizedKey: publicKey, env });
  const web = await webServer();
  const { port, hostKey } = sshd;
  const here = {
    address: '127.0.0.1',
    hostKey,
    mac: '02:00:00:00:00:01',
    machineId: 'contract',
    platform: 'linux',
  } as const;
  const room = {
    room: '301',
    network: 'lan',
    user: currentUser(),
    subnet: '127.0.0.1/32',
    depot: web.serve('', Buffer.of()),
  } as const;
  await changeEnrolled(home, '301', () => ({ ...room, port, hosts: { [name]: here } }));
  const pool = new HostPool({ home, timing: { absentMs: 0 } });
  return {
    host: pool.host(name),
    platform: 'linux',
    scratch,
    programs: programs(toolPath('python3')),
    serve: web.serve,
    dropSession: () => sshd.dropSessions(),
    leftovers: () => Promise.resolve(processesWith(marker).map(String)),
    cleanup: async () => {
      await pool.close();
      await sshd.stop();
      await web.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

needs('sshd', 'python3', 'ip').describe('over OpenSSH', () => {
  // In a container there is no service manager, and often no card with a device behind it.
  const services = existsSync('/run/systemd/system');
  const adapters = readdirSync('/sys/class/net').some((card) => existsSync(`/sys/class/net/${card}/device`));
  hostContract('Linux', 'linux', linuxOverSsh, { sessions: true, restart: false, services, adapters });
});
