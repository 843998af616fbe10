/** What is of one platform: registry, hives of accounts, firewall, root store, services, scheduled tasks, WMI; and the facts of a Linux machine. */
import type { FirewallRule } from '../../core/firewall.ts';
import type { RegistryValue } from '../../core/primitives.ts';
import { certificates } from './certificates.ts';
import { base64, describe, expect, inside, it, refused, text, where } from './subject.ts';
import type { Family, Get } from './subject.ts';

const key = 'HKLM\\SOFTWARE\\examsite\\contract';

const values: readonly (readonly [string, RegistryValue])[] = [
  ['text', { type: 'REG_SZ', data: '考试 "a" \\' }],
  ['empty text', { type: 'REG_SZ', data: '' }],
  ['unexpanded', { type: 'REG_EXPAND_SZ', data: '%SystemRoot%\\x' }],
  ['list', { type: 'REG_MULTI_SZ', data: ['one', 'two'] }],
  ['list of one', { type: 'REG_MULTI_SZ', data: ['one'] }],
  ['empty list', { type: 'REG_MULTI_SZ', data: [] }],
  ['dword', { type: 'REG_DWORD', data: 4_294_967_295 }],
  ['qword', { type: 'REG_QWORD', data: 9_007_199_254_740_991 }],
  ['bytes', { type: 'REG_BINARY', data: 'AAH/' }],
];

function registry(get: Get): void {
  it.each(values)('keeps a value as it was written: %s', async (name, value) => {
    const { host } = get();
    await host.call('registry.write', { key, name, value });
    const read = await host.call('registry.read', { key, names: [name] });
    expect(read).toMatchObject({ exists: true, values: { [name]: value } });
    expect(Object.keys(read.values)).toEqual([name]);
  });

  it('says that a key is absent, deletes values and keys, and does not mind what is absent', async () => {
    const { host } = get();
    await host.call('registry.write', { key: `${key}\\deep\\er`, name: 'a', value: { type: 'REG_SZ', data: 'x' } });
    expect((await host.call('registry.read', { key: `${key}\\deep` })).subkeys).toEqual(['er']);
    await host.call('registry.write', { key: `${key}\\deep\\er`, name: 'a', value: null });
    expect(await host.call('registry.read', { key: `${key}\\deep\\er` })).toMatchObject({ exists: true, values: {} });
    await host.call('registry.delete', { key });
    await host.call('registry.delete', { key });
    expect(await host.call('registry.read', { key })).toEqual({ exists: false, values: {}, subkeys: [] });
  });

  it('finds keys by a pattern in any part, gives the values asked for, and passes over what has none of them', async () => {
    const { host } = get();
    const text = (data: string): RegistryValue => ({ type: 'REG_SZ', data });
    const write = (below: string, name: string): Promise<unknown> =>
      host.call('registry.write', { key: `${key}\\find\\${below}`, name, value: text(below) });
    await Promise.all([
      write('b1\\x', 'Name'),
      write('b2\\x', 'Name'),
      write('b2\\x', 'Other'),
      write('b[1]\\x', 'Other'),
    ]);
    await write('b1\\y', 'Name');
    const { keys } = await host.call('registry.find', { pattern: `${key}\\find\\b*\\x`, names: ['Name'] });
    expect(keys).toEqual([
      { key: `${key}\\find\\b1\\x`, values: { Name: text('b1\\x') } },
      { key: `${key}\\find\\b2\\x`, values: { Name: text('b2\\x') } },
    ]);
    const one = await host.call('registry.find', { pattern: `${key}\\find\\b[1]\\?`, names: ['Other'] });
    expect(one.keys).toEqual([{ key: `${key}\\find\\b[1]\\x`, values: { Other: text('b[1]\\x') } }]);
    expect(await host.call('registry.find', { pattern: `${key}\\none\\*`, names: ['Name'] })).toEqual({ keys: [] });
    await host.call('registry.delete', { key });
  });
}

function accounts(get: Get): void {
  const below = 'Software\\examsite-contract';

  it('are found by their SIDs, with their hives, whether they are logged on or not, and are left as they were', async () => {
    const { host } = get();
    const before = await host.call('registry.read', { key: 'HKU' });
    const { keys } = await host.call('registry.find', { pattern: 'HKU\\*' });
    expect(keys.length).toBeGreaterThan(0);
    for (const { key } of keys) expect(key).toMatch(/^HKU\\S-1-(5-21|12-1)-[\d-]+$/);
    for (const { key } of keys) {
      const value: RegistryValue = { type: 'REG_SZ', data: key };
      await host.call('registry.write', { key: `${key}\\${below}`, name: 'here', value });
      const read = await host.call('registry.read', { key: `${key}\\${below}` });
      expect(read).toEqual({ exists: true, values: { here: value }, subkeys: [] });
    }
    const pattern = `HKU\\*\\${below}`;
    const found = await host.call('registry.find', { pattern, names: ['here'] });
    expect(found.keys.map(({ key }) => key)).toEqual(keys.map(({ key }) => `${key}\\${below}`));
    for (const { key } of keys) await host.call('registry.delete', { key: `${key}\\${below}` });
    expect(await host.call('registry.find', { pattern })).toEqual({ keys: [] });
    expect(await host.call('registry.read', { key: 'HKU' })).toEqual(before);
  });

  it('that are not there have nothing to read and nothing to write to', async () => {
    const { host } = get();
    const key = 'HKU\\S-1-5-21-1-2-3-4\\Software';
    expect(await host.call('registry.read', { key })).toEqual({ exists: false, values: {}, subkeys: [] });
    expect(await host.call('registry.find', { pattern: `${key}\\*` })).toEqual({ keys: [] });
    await host.call('registry.write', { key, name: 'x', value: null });
    await host.call('registry.delete', { key });
    await refused(host.call('registry.write', { key, name: 'x', value: { type: 'REG_SZ', data: '' } }), 'not-found');
  });
}

const firewallRules: readonly Omit<FirewallRule, 'name'>[] = [
  {
    ...{ group: 'examsite', direction: 'in', action: 'allow', enabled: true, program: 'C:\\exam client\\考试.exe' },
    ...{ protocol: 'any', localPorts: '*', remotePorts: '*', remoteAddresses: '*' },
    profiles: ['domain', 'private', 'public'],
  },
  {
    ...{ group: '', direction: 'out', action: 'block', enabled: false, program: null },
    ...{ protocol: 'tcp', localPorts: '*', remotePorts: '80,5000-5010', remoteAddresses: 'LocalSubnet' },
    profiles: ['private'],
  },
  {
    ...{ group: 'examsite', direction: 'in', action: 'allow', enabled: true, program: null },
    ...{ protocol: 47, localPorts: '*', remotePorts: '*', remoteAddresses: '10.30.1.2/255.255.255.255' },
    profiles: ['domain', 'public'],
  },
];

function firewall(get: Get): void {
  const name = 'examsite contract [1]';
  const rules = async (match: string): Promise<readonly FirewallRule[]> =>
    (await get().host.call('firewall.read', { name: match })).rules;

  it.each(firewallRules.map((rule) => [`${rule.direction} ${rule.protocol}`, rule] as const))(
    'keeps a rule as it was written, one of a name: %s',
    async (_, rule) => {
      const { host } = get();
      await host.call('firewall.write', { name, rule });
      await host.call('firewall.write', { name, rule });
      expect(await rules('examsite contract [*')).toEqual([{ name, ...rule }]);
      await host.call('firewall.write', { name, rule: null });
      await host.call('firewall.write', { name, rule: null });
      expect(await rules(name)).toEqual([]);
    },
  );

  it('switches the rules that are alike, and nothing else of them or of others', async () => {
    const { host } = get();
    const [rule] = firewallRules;
    if (rule === undefined) return;
    await host.call('firewall.write', { name, rule });
    const switched = (direction: 'in' | 'out', enabled: boolean) => {
      const { program, protocol, action } = rule;
      return host.call('firewall.switch', { rule: { name, program, protocol, action, direction }, enabled });
    };
    expect(await switched('out', false)).toEqual({ rules: 0 });
    expect(await rules(name)).toEqual([{ name, ...rule }]);
    expect(await switched('in', false)).toEqual({ rules: 1 });
    expect(await rules(name)).toEqual([{ name, ...rule, enabled: false }]);
    expect(await switched('in', true)).toEqual({ rules: 1 });
    expect(await rules(name)).toEqual([{ name, ...rule }]);
    await host.call('firewall.write', { name, rule: null });
  });

  it('refuses ports for a protocol that has none, and keeps the rule that there was', async () => {
    const { host } = get();
    const [rule] = firewallRules;
    if (rule === undefined) return;
    await host.call('firewall.write', { name, rule });
    const call = host.call('firewall.write', { name, rule: { ...rule, protocol: 47, localPorts: '80' } });
    await refused(call, 'bad-request');
    expect(await rules(name)).toEqual([{ name, ...rule }]);
    await host.call('firewall.write', { name, rule: null });
  });

  it('says of each profile whether it is on, and what it does with what no rule is about', async () => {
    const { profiles } = await get().host.call('firewall.read', { name: 'none' });
    expect(Object.keys(profiles).sort()).toEqual(['domain', 'private', 'public']);
    for (const state of Object.values(profiles)) {
      expect(state.on).toBeTypeOf('boolean');
      expect(['allow', 'block']).toContain(state.inbound);
      expect(['allow', 'block']).toContain(state.outbound);
    }
  });
}

function windows(get: Get): void {
  describe('the registry', () => registry(get));
  describe('accounts', () => accounts(get));
  describe('the firewall', () => firewall(get));
  describe('the root store', () => certificates(get));

  it('answers WMI in the columns that were asked for, and knows what is not there', async () => {
    const { host } = get();
    const query = { namespace: 'root\\cimv2', class: 'Win32_OperatingSystem', properties: ['Version', 'Caption'] };
    const { rows } = await host.call('cim.query', query);
    expect(rows.map((row) => Object.keys(row).sort())).toEqual([['Caption', 'Version']]);
    await refused(host.call('cim.query', { ...query, class: 'Win32_NoSuchClass' }), 'not-found');
    await refused(host.call('cim.query', { ...query, namespace: 'root\\none' }), 'not-found');
  });

  it('refuses to switch a scheduled task that is not there', async () => {
    await refused(get().host.call('task.write', { path: '\\no such task', enabled: false }), 'not-found');
  });
}

export const system: Family = (get, { services }) => {
  const withServices = where(services, 'this machine was not started by a service manager');
  withServices('reads services in the order asked, absent ones included, and refuses to write those', async () => {
    const { host } = get();
    const names = ['zz-no-such-service', 'aa-no-such-service'];
    const read = await host.call('service.read', { names });
    expect(read.services).toEqual(
      names.map((name) => ({ name, exists: false, startType: null, status: null, path: null })),
    );
    expect((await host.call('service.read', { names: ['zz-no-such-*'] })).services).toEqual([]);
    await refused(host.call('service.write', { name: 'zz-no-such-service', status: 'Stopped' }), 'not-found');
  });
};

/** Only on Windows. */
export const windowsOnly: Family = (get) => windows(get);

/** Only on Linux. */
export const linuxOnly: Family = (get, { services }) => {
  it('tells the facts of the machine', async () => {
    const { facts } = await get().host.call('linux.facts', {});
    expect(facts['threads']).toBeGreaterThan(0);
    expect(facts['memoryBytes']).toBeGreaterThan(2 ** 20);
    expect(facts['rootBytes']).toBeGreaterThan(Number(facts['rootFreeBytes']) - 1);
    expect(facts['osRelease']).toMatchObject({ ID: expect.any(String) as string });
  });

  it('writes what nobody else may read, in place of what everybody may, and leaves everything else as it is', async () => {
    const { host } = get();
    const [path, other] = [inside(get(), 'private', 'key.pem'), inside(get(), 'private', 'beside.txt')];
    const modes = async (): Promise<string> =>
      (await host.call('process.run', { exe: '/usr/bin/stat', args: ['-c', '%a', path, other], timeoutSec: 10 }))
        .stdout;
    for (const file of [path, other]) await host.call('file.write', { path: file, base64: base64('public') });
    expect(await modes()).toBe('644\n644\n');
    await host.call('secret.write', { path, base64: base64('secret') });
    expect(await modes()).toBe('600\n644\n');
    expect(text((await host.call('file.read', { path })).base64)).toBe('secret');
    const { names } = await host.call('file.list', { path: inside(get(), 'private'), match: '*' });
    expect(names).toEqual(['beside.txt', 'key.pem']);
  });

  it('refuses to change the address of a card that is not there', async () => {
    const config = { dhcp: true, address: null, prefix: null, gateway: null, dns: [] };
    await refused(get().host.call('net.write', { mac: '00:00:00:00:00:01', config }), 'not-found');
  });

  where(services, 'this machine was not started by a service manager')(
    'switches a service and its start, and sees both',
    async () => {
      const { host } = get();
      const [name, path] = ['examsite-contract.service', '/etc/systemd/system/examsite-contract.service'];
      const unit = '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n';
      const reload = { exe: '/usr/bin/systemctl', args: ['daemon-reload'], timeoutSec: 30, expectExit: [0] };
      await host.call('file.write', { path, base64: base64(unit) });
      await host.call('process.run', reload);
      const seen = async (): Promise<unknown> => (await host.call('service.read', { names: [name] })).services[0];
      const is = { name, exists: true, path: '/bin/sleep' };
      expect(await seen()).toEqual({ ...is, startType: 'Manual', status: 'Stopped' });
      await host.call('service.write', { name, startType: 'Automatic', status: 'Running' });
      expect(await seen()).toEqual({ ...is, startType: 'Automatic', status: 'Running' });
      expect((await host.call('service.read', { names: ['examsite-contract*'] })).services).toEqual([await seen()]);
      await host.call('service.write', { name, startType: 'Manual', status: 'Stopped' });
      expect(await seen()).toEqual({ ...is, startType: 'Manual', status: 'Stopped' });
      await host.call('file.delete', { path });
      await host.call('process.run', reload);
    },
  );
};
