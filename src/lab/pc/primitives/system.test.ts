// Does not prove that a real agent answers like this; src/hosts has one contract suite for all of them.
import { describe, expect, test } from 'vitest';
import type { FirewallRule } from '../../../core/firewall.ts';
import type { Call } from '../../../core/primitives.ts';
import { type Case, check, mac } from './case.ts';

const write = (path: string, text: string): Call => ({
  name: 'file.write',
  args: { path, base64: Buffer.from(text).toString('base64') },
});
const uwf = { namespace: 'root\\standardcimv2\\embedded', class: 'UWF_Filter' };
const cpu = { namespace: 'root\\cimv2', class: 'Win32_Processor' };

const system: readonly Case[] = [
  {
    name: 'an absent service is a state',
    call: { name: 'service.read', args: { names: ['gupdate'] } },
    gives: { services: [{ name: 'gupdate', exists: false, startType: null, status: null, path: null }] },
  },
  {
    name: 'a service name may have a wildcard',
    call: { name: 'service.read', args: { names: ['wua*', 'Google*'] } },
    gives: { services: [expect.objectContaining({ name: 'wuauserv', startType: 'Manual', status: 'Stopped' })] },
  },
  {
    name: 'an absent service cannot be set',
    call: { name: 'service.write', args: { name: 'x', startType: 'Disabled' } },
    refuses: 'not-found',
  },
  {
    name: 'a disabled service does not start',
    before: [{ name: 'service.write', args: { name: 'BITS', startType: 'Disabled' } }],
    call: { name: 'service.write', args: { name: 'BITS', status: 'Running' } },
    refuses: 'denied',
  },
  {
    name: 'a task keeps its path and changes its state',
    before: [{ name: 'task.write', args: { path: '\\microsoft\\windows\\defrag\\scheduleddefrag', enabled: false } }],
    call: { name: 'task.read', args: { match: '*Defrag*' } },
    gives: { tasks: [{ path: '\\Microsoft\\Windows\\Defrag\\ScheduledDefrag', enabled: false }] },
  },
  {
    name: 'an absent task cannot be set',
    call: { name: 'task.write', args: { path: '\\x', enabled: true } },
    refuses: 'not-found',
  },
  {
    name: 'WMI gives the properties that were asked for, by any case',
    call: { name: 'cim.query', args: { ...cpu, properties: ['numberofcores'] } },
    gives: { rows: [{ numberofcores: 6 }] },
  },
  {
    name: 'WMI filters',
    call: {
      name: 'cim.query',
      args: {
        namespace: 'root\\cimv2',
        class: 'Win32_NetworkAdapter',
        properties: ['MACAddress'],
        filter: 'PhysicalAdapter=TRUE',
      },
    },
    gives: { rows: [{ MACAddress: mac.toUpperCase() }] },
  },
  {
    name: 'a class that is not modelled is not found',
    call: { name: 'cim.query', args: { ...cpu, class: 'Win32_Nothing', properties: [] } },
    refuses: 'not-found',
  },
  {
    name: 'UWF is not found where it is not installed',
    call: { name: 'cim.query', args: { ...uwf, properties: ['CurrentEnabled'] } },
    refuses: 'not-found',
  },
  {
    name: 'UWF is switched for the next start',
    machine: { card: { kind: 'uwf', frozen: true } },
    before: [{ name: 'cim.invoke', args: { ...uwf, method: 'Disable' } }],
    call: { name: 'cim.query', args: { ...uwf, properties: ['CurrentEnabled', 'NextEnabled'] } },
    gives: { rows: [{ CurrentEnabled: true, NextEnabled: false }] },
  },
  {
    name: 'what only its owner may read is not written here',
    call: { name: 'secret.write', args: { path: 'C:\\key.pem', base64: '' } },
    refuses: 'unsupported',
  },
  { name: 'Linux facts are not here', call: { name: 'linux.facts', args: {} }, refuses: 'unsupported' },
  {
    name: 'a program that is absent is not found',
    call: { name: 'process.run', args: { exe: 'C:\\x.exe', args: [], timeoutSec: 5 } },
    refuses: 'not-found',
  },
  {
    name: 'a text is not a program',
    before: [write('C:\\x.exe', 'MZ')],
    call: { name: 'process.run', args: { exe: 'C:\\x.exe', args: [], timeoutSec: 5 } },
    refuses: 'failed',
  },
];

const profiles = ['domain', 'private', 'public'] as const;
const rule: Omit<FirewallRule, 'name'> = {
  ...{ group: 'examsite', direction: 'in', action: 'allow', enabled: true, program: 'C:\\a.exe', protocol: 'udp' },
  ...{ localPorts: '53', remotePorts: '*', remoteAddresses: '10.30.1.2', profiles },
};
const ruleOf = (name: string, changes: Partial<FirewallRule> = {}): Call => ({
  name: 'firewall.write',
  args: { name, rule: { ...rule, ...changes } },
});

const firewall: readonly Case[] = [
  {
    name: 'an address comes back with its mask',
    before: [ruleOf('a', { remoteAddresses: '10.30.1.2,10.30.2.0/24' })],
    call: { name: 'firewall.read', args: { name: 'a' } },
    gives: {
      rules: [{ name: 'a', ...rule, remoteAddresses: '10.30.1.2/255.255.255.255,10.30.2.0/255.255.255.0' }],
    },
  },
  {
    name: 'a rule is a value in the registry, where a restore card reaches it',
    before: [ruleOf('a')],
    call: {
      name: 'registry.find',
      args: { pattern: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\*\\FirewallRules' },
    },
    gives: { keys: [{ values: expect.objectContaining({}) as object }] },
  },
  {
    name: 'a PC that was prepared lets SSH in, wherever it is',
    call: { name: 'firewall.read', args: { name: 'EXAMSITE-*' } },
    gives: { rules: [{ name: 'examsite-ssh', localPorts: '22', profiles }] },
  },
  {
    name: 'it is on, and what nobody allowed does not come in',
    call: { name: 'firewall.read', args: { name: '' } },
    gives: { profiles: { public: { on: true, inbound: 'block', outbound: 'allow' } }, rules: [] },
  },
  {
    name: 'without its service there is no firewall to ask',
    before: [{ name: 'service.write', args: { name: 'mpssvc', status: 'Stopped' } }],
    call: { name: 'firewall.read', args: { name: '*' } },
    refuses: 'failed',
  },
];

const network: readonly Case[] = [
  {
    name: 'the router answers',
    call: { name: 'net.probe', args: { kind: 'arp', target: '10.30.1.1', timeoutMs: 100 } },
    gives: { answered: true },
  },
  {
    name: 'nobody is no error',
    call: { name: 'net.probe', args: { kind: 'arp', target: '10.30.1.9', timeoutMs: 100 } },
    gives: { answered: false },
  },
  {
    name: 'nobody is an error where somebody must answer',
    call: { name: 'net.probe', args: { kind: 'arp', target: '10.30.1.9', timeoutMs: 100, mustAnswer: true } },
    refuses: 'no-answer',
  },
  {
    name: 'another name server does not answer',
    call: { name: 'net.probe', args: { kind: 'dns', target: 'x', server: '10.30.1.9', timeoutMs: 100 } },
    gives: { answered: false },
  },
  {
    name: 'an adapter that is not there cannot be set',
    call: {
      name: 'net.write',
      args: { mac: '02:00:00:00:00:99', config: { dhcp: true, address: null, prefix: null, gateway: null, dns: [] } },
    },
    refuses: 'not-found',
  },
  {
    name: 'a fixed address is live at once, and in the registry',
    before: [
      {
        name: 'net.write',
        args: {
          mac,
          config: {
            dhcp: false,
            address: '10.30.1.101',
            prefix: 23,
            gateway: '10.30.1.1',
            dns: ['10.30.1.1', '10.30.1.3'],
          },
        },
      },
    ],
    call: { name: 'net.read', args: {} },
    gives: {
      adapters: [
        expect.objectContaining({
          name: '以太网',
          persistent: {
            dhcp: false,
            address: '10.30.1.101',
            prefix: 23,
            gateway: '10.30.1.1',
            dns: ['10.30.1.1', '10.30.1.3'],
          },
          live: {
            dhcp: false,
            address: '10.30.1.101',
            prefix: 23,
            gateway: '10.30.1.1',
            dns: ['10.30.1.1', '10.30.1.3'],
          },
        }),
      ],
    },
  },
  {
    name: 'an unknown primitive is a bad request',
    call: { name: 'toString' as never, args: {} },
    refuses: 'bad-request',
  },
];

describe.each([
  ['system', system],
  ['firewall', firewall],
  ['network', network],
])('%s', (_family, cases) => {
  test.each(cases)('$name', check);
});
