// Does not prove how RouterOS' scheduler keeps time, nor its SSH server: the model's clock is told how time passes.
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/lab/devices/routeros/device.ts';
import type { Desired } from '../schema.ts';
import { routerOsRouter } from './module.ts';
import { asBought, desiredWith, ModelHost, plain, up, withRules, wrong } from './testing.ts';

/** Sorted, without the date and what waits to be used again: a move is not taken back, and need not be. */
const configurationOf = (device: Device): string[] =>
  device
    .execute('/export terse')
    .split('\r\n')
    .filter((line) => !/^#|name="?examsite-(undo|rollback)/.test(line))
    .toSorted();

const cutsOff = desiredWith({ management: { address: '10.99.0.1', from: ['10.99.0.77'] } });
const changed = withRules({ https: ['new.example:443/'], addresses: ['198.18.0.31'] });

async function enforced(): Promise<ModelHost> {
  const host = new ModelHost(asBought());
  await up(host, desiredWith());
  return host;
}

describe.each<[string, boolean]>([
  ['an entry of the scheduler that first runs after its interval', false],
  ['one that runs when it is made as well', true],
])('with %s', (_, runsAtOnce) => {
  it('rules that cut the controller off go by themselves, on a device as bought', async () => {
    const host = new ModelHost(asBought([], { runsAtOnce }));
    const before = configurationOf(host.device);
    await expect(up(host, cutsOff)).rejects.toThrow(/gone back to its former rules/);
    expect(configurationOf(host.device)).toEqual(before);
    expect(host.device.faults).toEqual([]);
  });

  it('and on one that has had rules before', async () => {
    const host = new ModelHost(asBought([], { runsAtOnce }));
    await up(host, desiredWith());
    const before = configurationOf(host.device);
    await expect(up(host, cutsOff)).rejects.toThrow(/gone back to its former rules/);
    expect(configurationOf(host.device)).toEqual(before);
    expect(await wrong(host, desiredWith())).toEqual([]);
  });
});

/** Commands of a change from its first to its last. */
const lengthOf = async (host: ModelHost, desired: Desired): Promise<number> => {
  host.device.heard.length = 0;
  await up(host, desired);
  return host.device.heard.length;
};

describe('a line that breaks', () => {
  it.each([true, false])('at any command, heard: %s, leaves the one set of rules or the other', async (heard) => {
    const commands = await lengthOf(await enforced(), changed);
    const [before, after] = [await enforced(), await enforced()];
    await up(after, changed);
    const ends = [configurationOf(before.device), configurationOf(after.device)];
    for (let command = 0; command < commands; command += 1) {
      const host = await enforced();
      host.breaks = { after: command, heard };
      await up(host, changed).catch(() => undefined);
      host.device.pass(60);
      expect(ends, `command ${command}`).toContainEqual(configurationOf(host.device));
      expect(host.device.faults).toEqual([]);
      await up(host, changed);
      expect(await wrong(host, changed)).toEqual([]);
      expect(configurationOf(host.device)).toEqual(ends[1]);
    }
    expect(commands).toBeGreaterThan(4);
  });

  it('and a controller that never comes back: 45 s later all is as before', async () => {
    const host = await enforced();
    const before = configurationOf(host.device);
    const desired = changed;
    await stopBeforeConfirming(host, desired);
    expect(configurationOf(host.device)).not.toEqual(before);
    host.device.pass(44);
    expect(configurationOf(host.device)).not.toEqual(before);
    host.device.pass(8);
    expect(configurationOf(host.device)).toEqual(before);
  });

  it.each([undefined, new Date('1970-01-02T00:00:00Z')])(
    'a device that is switched off in the middle comes up with the rules before, its clock %s',
    async (clock) => {
      const host = await enforced();
      const before = configurationOf(host.device);
      host.device.pass(600);
      await stopBeforeConfirming(host, changed);
      host.device.restart(clock);
      host.device.pass(5);
      expect(configurationOf(host.device)).toEqual(before);
      expect(await wrong(host, desiredWith())).toEqual([]);
    },
  );

  it('what waits is found, and the next change begins from what was before', async () => {
    const host = await enforced();
    await stopBeforeConfirming(host, changed);
    expect(await wrong(host, desiredWith())).toContain('confirmed drifted');
    const other = withRules({ http: ['third.example:80/'] });
    await up(host, other);
    expect(await wrong(host, other)).toEqual([]);
  });
});

/** A controller that dies before it confirms. */
async function stopBeforeConfirming(host: ModelHost, desired: Desired): Promise<void> {
  const commands = await lengthOf(await enforced(), desired);
  host.breaks = { after: commands - 1, heard: false };
  const relocate = host.relocate.bind(host);
  let moved = 0;
  host.relocate = () => (moved++ === 0 ? relocate() : Promise.reject(new Error('the controller was killed')));
  await expect(up(host, desired)).rejects.toThrow('the controller was killed');
  host.relocate = relocate;
}

describe('the rules that refuse', () => {
  it('are in force at every moment of a change', async () => {
    const host = await enforced();
    const { device } = host;
    const moments: string[] = [];
    const packet = {
      from: 'bridge',
      to: 'ether1',
      source: '10.30.1.11',
      destination: '198.18.0.99',
      protocol: 'tcp',
      port: 443,
    } as const;
    let port = 1000;
    device.watchers.add(() => moments.push(device.connections.send({ ...packet, sourcePort: ++port }).does));
    await up(host, withRules({ http: ['x.example:81/'], https: [], addresses: ['198.18.0.31:82'] }));
    await up(host, desiredWith());
    // The rules that refuse are themselves replaced.
    expect(
      device.execute('/ip firewall filter set [find comment~"^examsite (refused|router refuses|no )"] log-prefix=mine'),
    ).toBe('');
    moments.length = 0;
    await up(host, desiredWith());
    expect(moments.length).toBeGreaterThan(10);
    expect(new Set(moments)).toEqual(new Set(['tcp-reset']));
  });

  it('a long list may take its time', async () => {
    const host = new ModelHost(asBought());
    host.secondsPerCommand = 40;
    await up(host, desiredWith());
    expect(await wrong(host, desiredWith())).toEqual([]);
  });

  it('nothing is switched on where somebody has taken part of it away meanwhile', async () => {
    const host = await enforced();
    const before = configurationOf(host.device);
    const console = host.device.console.bind(host.device);
    host.device.console = (command) => {
      if (command.includes('enable')) host.device.execute('/ip dns static remove [find comment~"^examsite-new "]');
      return console(command);
    };
    await expect(up(host, changed)).rejects.toThrow('/ip dns static: new items are missing');
    expect(configurationOf(host.device)).toEqual(before);
  });

  it('a command that the console refuses changes nothing', async () => {
    const host = await enforced();
    const before = configurationOf(host.device);
    const wide = desiredWith({ wan: { interface: 'ether1' }, dhcp: { from: '10.30.1.200', to: '10.30.1.250' } });
    host.device.execute('/ip pool remove [find name=nothing]');
    const console = host.device.console.bind(host.device);
    host.device.console = (command) => (command.includes('enable') ? 'failure: not allowed\r\n' : console(command));
    await expect(up(host, withRules({ https: ['new.example:443/'] }))).rejects.toThrow('failure: not allowed');
    host.device.console = console;
    expect(configurationOf(host.device)).toEqual(before);
    await up(host, wide);
    expect(await wrong(host, wide)).toEqual([]);
  });
});

it('taking all off cuts the controller off where only our rules let it in, and comes back', async () => {
  const closed = ['/ip firewall filter add chain=input action=drop place-before=0 protocol=tcp dst-port=22'];
  const device = asBought();
  const host = new ModelHost(device);
  await up(host, desiredWith());
  device.execute(closed[0]?.replace(' place-before=0', '') ?? '');
  device.execute(
    '/ip firewall filter move [find chain=input action=drop protocol=tcp] [find comment="defconf: accept established,related,untracked"]',
  );
  const before = configurationOf(device);
  await expect(routerOsRouter.undo(host, desiredWith())).rejects.toThrow(/gone back/);
  expect(configurationOf(device)).toEqual(before);
  expect(plain.management.from).toEqual(['10.99.0.2']);
});
