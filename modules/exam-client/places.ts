/** Names and keys. Rules of Windows Firewall have no owner: what begins like this is examsite's. */
import type { FirewallRule } from '../../src/core/firewall.ts';
import type { ExamClientActual, ExamClientDesired } from './schema.ts';

const prefix = 'examsite exam ';
export const isOurs = ({ name }: Pick<FirewallRule, 'name'>): boolean => name.toLowerCase().startsWith(prefix);

/** Outbound too: where everything that no rule is about is blocked, this is about it. */
export function wantedRules({ programs, ports }: ExamClientDesired): FirewallRule[] {
  const common: Omit<FirewallRule, 'name' | 'direction' | 'program'> = {
    ...{ group: 'examsite', action: 'allow', enabled: true, protocol: 'any', localPorts: '*' },
    ...{ remotePorts: '*', remoteAddresses: '*', profiles: ['domain', 'private', 'public'] },
  };
  const each = programs.flatMap((program, index) =>
    (['in', 'out'] as const).map((direction) => ({
      ...common,
      name: `${prefix}program ${index + 1} ${direction}`,
      direction,
      program,
    })),
  );
  if (ports.length === 0) return each;
  const localPorts = [...ports].sort((a, b) => a - b).join(',');
  const listening = { ...common, name: `${prefix}ports`, direction: 'in', program: null, protocol: 'tcp' } as const;
  return [...each, { ...listening, localPorts }];
}

type Engine = NonNullable<ExamClientActual['engine']>;
/** By policy, which is taken over without its console and stays when that is used (Policy CSP, Defender/ExcludedPaths and ExcludedProcesses). */
export const policyKeys: Readonly<Record<Engine, string>> = {
  defender: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender\\Exclusions',
  'security-essentials': 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Microsoft Antimalware\\Exclusions',
};
/** By hand. */
export const localKeys: Readonly<Record<Engine, string>> = {
  defender: 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions',
  'security-essentials': 'HKLM\\SOFTWARE\\Microsoft\\Microsoft Antimalware\\Exclusions',
};
/** A program's own file, and what it opens: neither includes the other. */
export const lists = ['Paths', 'Processes'] as const;

export const services: Readonly<Record<Engine, string>> = { defender: 'WinDefend', 'security-essentials': 'MsMpSvc' };
export const titles: Readonly<Record<Engine, string>> = {
  defender: 'Windows Defender',
  'security-essentials': 'Microsoft Security Essentials',
};
