// Does not prove that Windows' sftp-server does the same: it is the lab's model of one, which has no rename in one step over a file.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { home as homeAt } from '../core/home.ts';
import { changeEnrolled } from '../hosts/enrolled.ts';
import { readHostKey } from '../hosts/host-key.ts';
import { ensureIdentity } from '../hosts/identity.ts';
import { agentFile, registration } from '../hosts/install.ts';
import { HostPool } from '../hosts/pool.ts';
import { openTcp } from '../hosts/tcp.ts';
import { Lan } from '../lab/lan.ts';
import { createMachine } from '../lab/pc/create.ts';
import { software } from '../lab/software.ts';
import { SshServer } from '../lab/ssh/server.ts';
import { Machines } from './machines.ts';
import { CommandProvider } from './provider.ts';
import { urn } from './testing/plugin.ts';
import { fileAsset, type Properties } from './wire.ts';

const name = 'r301-s01';
const subnet = '10.63.1.0/28';

it('an enrolled Windows PC gets its agent and registers it, at an address that nobody wrote down', async () => {
  const home = homeAt(mkdtempSync(path.join(os.tmpdir(), 'examsite-command-')));
  const lan = new Lan({ subnet, gateway: '10.63.1.1', dns: ['10.63.1.1'], reserved: ['10.63.1.2'] });
  const port = await lan.freePort();
  const pc = createMachine({ name, lan, software, authorizedKey: ensureIdentity(home).publicKey });
  const server = new SshServer(pc, { port, user: 'examsite' });
  await server.refresh();
  const address = String(pc.nic.address);
  const hostKey = String(await readHostKey(await openTcp({ address: lan.dial(address), port }, 2000), 5000));
  const enrolled = { address, hostKey, mac: pc.nic.mac, machineId: pc.machineId, platform: 'windows' } as const;
  const room = { room: '301', network: 'lab', user: 'examsite', subnet, depot: 'http://10.63.1.2:8080/' } as const;
  await changeEnrolled(home, '301', () => ({ ...room, port, hosts: { [name]: enrolled } }));
  const silent = (): Promise<void> => Promise.resolve();
  const provider = new CommandProvider(new Machines(home, new HostPool({ home })), { status: silent, warn: silent });

  const { source, remotePath } = agentFile('windows', home);
  const wanted = { connection: { host: name }, source: fileAsset(source, ''), remotePath };
  const copy = urn('remote:CopyToRemote');
  const checkedCopy = await provider.check(copy, {}, wanted);
  await provider.create(copy, checkedCopy.inputs as Properties);
  // Once more, over the old one.
  await provider.create(copy, checkedCopy.inputs as Properties);
  expect(pc.files.read(remotePath)?.content.length).toBeGreaterThan(10_000);
  expect(pc.files.list('C:\\ProgramData\\examsite').filter((file) => file.includes('partial'))).toEqual([]);

  const command = urn('remote:Command');
  const checked = await provider.check(
    command,
    {},
    { connection: { host: name }, ...{ create: registration('windows', 'ssh-ed25519 AAAA').create } },
  );
  const made = await provider.create(command, checked.inputs as Properties);
  expect(JSON.parse(String((made.outs as Properties)['stdout']))).toMatchObject({ machineId: pc.machineId });

  const other = { host: name, hostKey: 'ssh-ed25519 AAAA' };
  const refused = await provider.check(command, {}, { connection: other, create: 'x' });
  await expect(provider.create(command, refused.inputs as Properties)).rejects.toThrow(
    'expected the enrolled host key',
  );
  await provider.close();
  await server.stop();
  rmSync(home.root, { recursive: true });
});
