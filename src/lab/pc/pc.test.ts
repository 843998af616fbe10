// Does not prove anything about real Windows: the model against the facts it was made from.
import { describe, expect, test } from 'vitest';
import { Lan } from '../lan.ts';
import { simulatedPc } from '../testing.ts';
import { buildMachine, createMachine, type MachineOptions, restoreMachine } from './create.ts';
import { Contents } from './contents.ts';
import type { Pc } from './pc.ts';

const newLan = (): Lan => new Lan({ subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'] });
const bare = { programs: {}, webdriver: () => Promise.reject(new Error('no browser here')) };
const put = (pc: Pc, path: string): void => pc.files.write(path, { content: Buffer.from('x'), size: 1 });
const fixed = (address: string) => ({ dhcp: false, address, prefix: 24, gateway: '10.30.1.1', dns: ['10.30.1.1'] });

describe('a restore card', () => {
  const cards: readonly MachineOptions['card'][] = [
    { kind: 'deep-freeze', frozen: true, password: 'p' },
    { kind: 'uwf', frozen: true },
    { kind: 'hardware', frozen: true },
  ];
  test.each(cards)('$kind forgets files, registry, services, tasks and the address at a restart', async (card) => {
    const pc = createMachine({ name: 'r301-s01', ...(card && { card }) });
    put(pc, 'C:\\canary.txt');
    pc.registry.set('HKLM\\SOFTWARE\\examsite', 'Canary', { type: 'REG_SZ', data: '1' });
    pc.services.register('gupdate', { startType: 'Automatic', path: 'C:\\u.exe' });
    pc.tasks.set('\\Update', true);
    await pc.configure(fixed('10.30.1.101'));
    expect(pc.nic.address).toBe('10.30.1.101');
    await pc.restart();
    expect(pc.files.read('C:\\canary.txt')).toBeUndefined();
    expect(pc.registry.exists('HKLM\\SOFTWARE\\examsite')).toBe(false);
    expect(pc.services.read('gupdate').exists).toBe(false);
    expect(pc.tasks.list().map((task) => task.path)).not.toContain('\\Update');
    expect(pc.adapters()[0]?.persistent.dhcp).toBe(true);
    expect(pc.nic.address).not.toBe('10.30.1.101');
  });

  test('lets everything stay once it was thawed for the next start', async () => {
    const pc = createMachine({ name: 'r301-s01', card: { kind: 'uwf', frozen: true } });
    pc.card.setNextBoot(false);
    put(pc, 'C:\\before.txt');
    await pc.restart();
    expect(pc.card.frozen).toBe(false);
    put(pc, 'C:\\after.txt');
    await pc.restart();
    expect([pc.files.read('C:\\before.txt'), pc.files.read('C:\\after.txt')?.size]).toEqual([undefined, 1]);
  });

  test('that restores every second start passes one restart', async () => {
    const pc = createMachine({ name: 'r301-s01', card: { kind: 'hardware', frozen: true, restoreEvery: 2 } });
    put(pc, 'C:\\canary.txt');
    await pc.restart();
    expect(pc.files.read('C:\\canary.txt')?.size).toBe(1);
    await pc.restart();
    expect(pc.files.read('C:\\canary.txt')).toBeUndefined();
  });

  test('keeps the host key, because it is on the disk below', async () => {
    const pc = createMachine({ name: 'r301-s01', card: { kind: 'hardware', frozen: true } });
    const key = pc.files.read('C:\\ProgramData\\ssh\\ssh_host_ed25519_key')?.content.toString();
    await pc.restart();
    expect(pc.files.read('C:\\ProgramData\\ssh\\ssh_host_ed25519_key')?.content.toString()).toBe(key);
    expect(key).toContain('OPENSSH PRIVATE KEY');
  });
});

describe('a saved PC', () => {
  test('is the same one when it is loaded again, overlay included', async () => {
    const contents = new Contents();
    const { pc, toJSON } = buildMachine({ name: 'r301-s01', contents, card: { kind: 'hardware', frozen: true } });
    put(pc, 'C:\\canary.txt');
    const data = JSON.parse(JSON.stringify(toJSON())) as ReturnType<typeof toJSON>;
    const again = restoreMachine(data, { lan: newLan(), contents, software: bare });
    expect(again.toJSON()).toEqual(data);
    expect(again.pc.bootTime).toEqual(pc.bootTime);
    expect(again.pc.nic.address).toBe(pc.nic.address);
    expect(again.pc.files.read('C:\\canary.txt')?.content.toString()).toBe('x');
    await again.pc.restart();
    expect(again.pc.files.read('C:\\canary.txt')).toBeUndefined();
    // The router of the new lab begins its pool anew, and still does not give the same one twice.
    expect(again.pc.nic.address).not.toBe(pc.nic.address);
  });

  test('goes on starting when the lab was stopped under its start', async () => {
    const contents = new Contents();
    const { pc, toJSON } = buildMachine({ name: 'r301-s01', contents, latency: 10 });
    void pc.restart();
    const data = { ...toJSON(), latency: 0 };
    expect(data.power).toBe('starting');
    const again = restoreMachine(data, { lan: newLan(), contents, software: bare }).pc;
    expect(again.nic.reachable).toBe(false);
    await again.resume();
    expect([again.power, again.nic.reachable]).toEqual(['on', true]);
  });
});

describe('a restart', () => {
  test('changes the boot time by a second at least, and the address', async () => {
    const pc = createMachine({ name: 'r301-s01' });
    const seen = [pc.nic.address];
    for (let turn = 0; turn < 3; turn++) {
      const before = pc.bootTime.getTime();
      await pc.restart();
      expect(pc.bootTime.getTime() - before).toBeGreaterThanOrEqual(1000);
      seen.push(pc.nic.address);
    }
    expect(new Set(seen).size).toBe(4);
  });

  test('starts what is automatic and stops what was only started', async () => {
    const pc = createMachine({ name: 'r301-s01' });
    pc.services.start('wuauserv');
    pc.services.stop('sshd');
    await pc.restart();
    expect([pc.services.read('wuauserv').status, pc.services.read('sshd').status]).toEqual(['Stopped', 'Running']);
  });

  test('ends programs: what they would still do does not happen', async () => {
    const late = Promise.withResolvers<undefined>();
    const { machine } = await simulatedPc({
      software: {
        ...bare,
        programs: {
          late: async ({ machine: on }) => {
            await late.promise;
            on.files.write('C:\\late.txt', { content: Buffer.alloc(1), size: 1 });
            return { exitCode: 0, stdout: '', stderr: '' };
          },
        },
      },
    });
    const content = Buffer.from('{"program":"late"}');
    machine.files.write('C:\\late.exe', { content, size: content.length });
    const running = machine.journal.act('ssh', () => machine.run('C:\\late.exe', [], ''));
    const ended = expect(running).rejects.toThrow('restarted');
    await Promise.resolve();
    expect(machine.processes()).toContain('late.exe');
    await machine.restart();
    late.resolve(undefined);
    await ended;
    expect(machine.files.read('C:\\late.txt')).toBeUndefined();
    expect(machine.processes()).not.toContain('late.exe');
  });
});

describe('on the LAN', () => {
  test('DHCP hands out neither what the inventory plans nor what somebody has', async () => {
    const reserved = Array.from({ length: 200 }, (_, index) => `10.30.1.${String(index + 20)}`);
    const lan = new Lan({ subnet: '10.30.1.0/24', gateway: '10.30.1.1', dns: ['10.30.1.1'], reserved });
    const pcs = Array.from({ length: 8 }, (_, index) => createMachine({ name: `r301-s0${String(index)}`, lan }));
    for (const pc of pcs) await pc.restart();
    const addresses = pcs.map((pc) => pc.nic.address);
    expect(new Set(addresses).size).toBe(8);
    expect(addresses.filter((address) => address === null || reserved.includes(address))).toEqual([]);
  });

  test('an address that a neighbour has is refused, and nothing has changed', async () => {
    const lan = newLan();
    const [one, two] = [createMachine({ name: 'r301-s01', lan }), createMachine({ name: 'r301-s02', lan })];
    await one.configure(fixed('10.30.1.101'));
    const before = two.adapters();
    await expect(two.configure(fixed('10.30.1.101'))).rejects.toMatchObject({ code: 'duplicate-address' });
    expect(two.adapters()).toEqual(before);
  });

  test('a neighbour that is unplugged answers nobody, so its address looks free; then the later one has none', async () => {
    const lan = newLan();
    const [one, two] = [createMachine({ name: 'r301-s01', lan }), createMachine({ name: 'r301-s02', lan })];
    await one.configure(fixed('10.30.1.101'));
    one.plug(false);
    expect(lan.answersArp('10.30.1.101')).toBe(false);
    await two.configure(fixed('10.30.1.101'));
    one.plug(true);
    expect([one.nic.address, two.nic.address]).toEqual([null, '10.30.1.101']);
    await one.restart();
    expect([one.nic.address, two.nic.address]).toEqual([null, '10.30.1.101']);
  });

  test('a lease that ran out while the cable was out is not taken back from whoever has it now', async () => {
    const lan = newLan();
    const [one, two] = [createMachine({ name: 'r301-s01', lan }), createMachine({ name: 'r301-s02', lan })];
    const former = String(one.nic.address);
    one.plug(false);
    await two.configure(fixed(former));
    one.plug(true);
    expect(one.nic.address).not.toBe(former);
    expect(one.nic.address).not.toBe(null);
  });

  test('an unplugged card is down, and cannot be configured', async () => {
    const pc = createMachine({ name: 'r301-s01' });
    pc.plug(false);
    expect(pc.adapters()[0]).toMatchObject({ up: false, speedBps: 0, fullDuplex: null });
    await expect(pc.configure(fixed('10.30.1.101'))).rejects.toMatchObject({ code: 'failed' });
  });
});

describe('the journal', () => {
  test('counts what came in through SSH, outside of temporary folders', () => {
    const pc = createMachine({ name: 'r301-s01' });
    expect(pc.journal.writes).toBe(0);
    pc.journal.act('person', () => put(pc, 'C:\\a.txt'));
    pc.journal.act('ssh', () => put(pc, 'C:\\Windows\\Temp\\b.txt'));
    expect(pc.journal.writes).toBe(0);
    pc.journal.act('ssh', () => put(pc, 'C:\\c.txt'));
    expect(pc.journal.writes).toBe(1);
    expect(pc.journal.events.at(-1)).toMatchObject({
      actor: 'ssh',
      kind: 'file',
      action: 'write',
      what: 'C:\\c.txt',
      overlay: false,
    });
  });

  test('says what went to the overlay of a card', () => {
    const pc = createMachine({ name: 'r301-s01', card: { kind: 'hardware', frozen: true } });
    pc.journal.act('ssh', () => put(pc, 'C:\\c.txt'));
    expect(pc.journal.events.at(-1)).toMatchObject({ what: 'C:\\c.txt', overlay: true });
  });
});
