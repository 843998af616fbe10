// Does not prove that RouterOS is like this: its scheduler, resolver, firewall and sshd as MikroTik's manual describes them, without their packets.
import { once } from 'node:events';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { newKeyPair } from '../../../hosts/key-pair.ts';
import { exec } from '../../ssh/testing.ts';
import { Device, type DeviceOptions } from './device.ts';
import { factory } from './factory.ts';
import type { Packet } from './firewall/packet.ts';
import { DeviceSsh } from './ssh.ts';

const device = (more: readonly string[] = [], options: Partial<DeviceOptions> = {}): Device =>
  new Device({ ...factory, ...options, setUp: [...factory.setUp, ...more] });

describe('the scheduler', () => {
  const log = (one: Device): string => one.console(':put [/ip dns get servers]').trim();
  const add = (more: string): string =>
    `/system scheduler add name=a on-event="/ip dns set servers=([/ip dns get servers] . \\"1\\")" ${more}`;

  it.each<[string, string, string, string]>([
    ['an interval runs again and again, and goes on after a restart', 'interval=10s', '11', '111'],
    ['startup without one runs once at each start', 'start-time=startup', '', '1'],
    ['startup with one does not run at a start', 'start-time=startup interval=10s', '', ''],
    ['neither never runs', '', '', ''],
  ])('%s', (_, more, before, after) => {
    const one = device([add(more)]);
    one.pass(25);
    expect(log(one)).toBe(before);
    one.restart();
    one.pass(15);
    expect(log(one)).toBe(after);
  });

  it('with a clock that is behind only what begins at a start runs', () => {
    const one = device([
      add('interval=10s'),
      '/system scheduler add name=b start-time=startup on-event="/ip dns set servers=198.18.0.53"',
    ]);
    one.pass(15);
    one.restart(new Date('1970-01-02T00:00:00Z'));
    one.pass(30);
    expect(log(one)).toBe('198.18.0.53');
  });

  it('an entry may remove itself, and a fault of its own is logged', () => {
    const one = device([
      '/system scheduler add name=a interval=1s on-event="/system scheduler remove [find name=a]"',
      '/system scheduler add name=b interval=1s on-event="nonsense"',
    ]);
    one.pass(1);
    expect(one.console('/system scheduler print count-only')).toBe('1\r\n');
    expect(one.faults).toEqual(['bad command name nonsense (line 1 column 1)']);
  });
});

describe('the resolver', () => {
  it('looks at expressions first, from top to bottom, then at plain names, then asks', () => {
    const one = device(
      [
        ...['/ip dns set servers=198.18.0.53', '/ip dns static add name=a.example address=10.0.0.1'],
        '/ip dns static add name=b.example match-subdomain=yes address=10.0.0.2',
        '/ip dns static add regexp="^x" type=NXDOMAIN',
        '/ip dns static add regexp="^xa" address=10.0.0.3',
        '/ip dns static add name=xa.example address=10.0.0.4',
      ],
      { upstream: (name) => (name === 'c.example' ? [{ address: '198.18.0.9', ttl: 60 }] : []) },
    );
    const found = ['A.example.', 'c.b.example', 'xa.example', 'c.example', 'd.example'].map((name) =>
      one.names.resolve(name),
    );
    expect(found).toEqual([
      { status: 'addresses', addresses: ['10.0.0.1'] },
      { status: 'addresses', addresses: ['10.0.0.2'] },
      { status: 'no such name' },
      { status: 'addresses', addresses: ['198.18.0.9'] },
      { status: 'no such name' },
    ]);
    expect(one.names.asked).toEqual(['c.example @198.18.0.53', 'd.example @198.18.0.53']);
    one.console('/ip dns set allow-remote-requests=no');
    expect(one.names.resolve('a.example')).toEqual({ status: 'refused' });
  });

  it('an address goes into its list for as long as the answer holds', () => {
    const one = device(
      [
        '/ip dns set address-list-extra-time=1m',
        '/ip dns static add regexp="a" type=FWD forward-to=198.18.0.53 address-list=x',
      ],
      { upstream: () => [{ address: '198.18.0.1', ttl: 60 }] },
    );
    one.names.resolve('a.example');
    one.pass(119);
    expect(one.console('/ip firewall address-list print count-only')).toBe('1\r\n');
    one.pass(1);
    expect(one.console('/ip firewall address-list print count-only')).toBe('0\r\n');
  });
});

describe('the firewall', () => {
  const out: Packet = {
    from: 'bridge',
    to: 'ether1',
    source: '192.168.88.10',
    destination: '198.18.0.1',
    protocol: 'tcp',
    sourcePort: 1,
    port: 443,
  };
  const back: Packet = {
    from: 'ether1',
    to: 'bridge',
    source: '198.18.0.1',
    destination: '192.168.88.10',
    protocol: 'tcp',
    sourcePort: 443,
    port: 1,
  };

  it('as bought lets PCs out, nobody in, and connections that are up past all rules', () => {
    const one = device();
    expect(one.connections.send(back)).toMatchObject({ does: 'drop', by: 'defconf: drop all from WAN not DSTNATed' });
    expect(one.connections.send(out)).toMatchObject({ does: 'accept', by: null });
    expect(one.connections.send(back)).toMatchObject({ does: 'accept', fasttracked: true });
    one.console('/ip firewall filter add chain=forward action=drop place-before=0');
    expect(one.connections.send(out)).toMatchObject({ does: 'accept', by: 'FastTrack' });
    expect(one.console('/ip firewall connection remove [find where src-address~"^192\\\\.168\\\\.88\\\\."]')).toBe('');
    expect(one.connections.send(out)).toMatchObject({ does: 'drop' });
  });

  it('goes through chains and comes back, and passes over rules that are off or have no effect', () => {
    const one = device([
      ...['/ip firewall filter remove [find]', '/ip firewall filter add chain=forward action=jump jump-target=mine'],
      ...[
        '/ip firewall filter add chain=mine action=drop disabled=yes',
        '/ip firewall filter add chain=mine action=drop in-interface=ether2',
      ],
      ...[
        '/ip firewall filter add chain=mine action=return protocol=tcp',
        '/ip firewall filter add chain=mine action=drop',
      ],
      '/ip firewall filter add chain=forward action=reject reject-with=tcp-reset dst-port=440-445,80 protocol=tcp log=yes log-prefix=x comment=last',
    ]);
    expect(one.connections.send(out)).toEqual({
      does: 'tcp-reset',
      by: 'last',
      logged: [{ prefix: 'x', chain: 'forward' }],
      fasttracked: false,
    });
    expect(one.console(':put [/log get 0 message]')).toMatch(
      /^x forward: in:bridge out:ether1, .*proto TCP \(SYN\), 192\.168\.88\.10:1->198\.18\.0\.1:443, len/,
    );
    expect(one.connections.send({ ...out, protocol: 'udp' })).toMatchObject({ does: 'drop' });
    expect(one.connections.send({ ...out, port: 446 })).toMatchObject({ does: 'accept', by: null });
  });
});

describe('over SSH', () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function served(one: Device, pace = 1): Promise<{ ssh: DeviceSsh; client: () => Promise<ssh2.Client> }> {
    const [host, key] = [newKeyPair(), newKeyPair()];
    const peer = { interface: 'bridge', address: '192.168.88.10', to: '192.168.88.1' };
    const ssh = new DeviceSsh(one, { hostKey: host.private, user: 'admin', authorizedKey: key.public, peer, pace });
    stops.push(() => ssh.stop());
    const port = await ssh.listen('127.0.0.1');
    const client = async (): Promise<ssh2.Client> => {
      const made = new ssh2.Client();
      stops.unshift(() => void made.end());
      const ready = once(made, 'ready');
      made.on('error', () => undefined);
      made.connect({ host: '127.0.0.1', port, username: 'admin', privateKey: key.private, readyTimeout: 5000 });
      await ready;
      return made;
    };
    return { ssh, client };
  }

  it('a command is answered, and a fault is words and the exit code 0', async () => {
    const { client } = await served(device());
    const one = await client();
    expect(await exec(one, ':put hello')).toEqual({ exitCode: 0, stdout: 'hello\r\n', stderr: '' });
    expect(await exec(one, 'nonsense')).toEqual({
      exitCode: 0,
      stdout: 'bad command name nonsense (line 1 column 1)\r\n',
      stderr: '',
    });
  });

  it('a new connection is the firewall’s business, one that is up is not', async () => {
    const router = device();
    const { client } = await served(router);
    const one = await client();
    await exec(
      one,
      '/ip firewall filter add chain=input action=drop protocol=tcp dst-port=22 connection-state=new place-before=0',
    );
    await expect(client()).rejects.toThrow();
    expect((await exec(one, ':put still')).stdout).toBe('still\r\n');
    router.restart();
    await expect(client()).rejects.toThrow();
  });

  it('time passes by itself', async () => {
    const router = device(['/system scheduler add name=a interval=5s on-event="/ip dns set servers=198.18.0.53"']);
    await served(router, 60);
    await expect.poll(() => router.console(':put [/ip dns get servers]'), { timeout: 5000 }).toBe('198.18.0.53\r\n');
  });
});
