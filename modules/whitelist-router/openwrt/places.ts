/** Where things are on a box with OpenWrt. Rule sets lie where they lie on Linux: their files have the same bytes. */
import { source, ruleSet, type RuleSet } from '../linux/render.ts';
import { folder, kernelFile, ruleFile } from '../linux/places.ts';
import type { Desired } from '../schema.ts';

/** Does what has to be done in one go, and takes it back. */
export const boxScript = `${folder}/box`;
export const stateFile = '/var/run/examsite-router.state';
/** Read by sysupgrade: what it keeps ("Preserving configuration": files of packages name theirs here). */
export const keepFile = '/lib/upgrade/keep.d/examsite-router';

export const services = ['examsite-firewall', 'examsite-resolver', 'examsite-proxy'] as const;
/** OpenWrt's own that would take the ports, or take every table out when they stop. */
export const rivals = ['firewall', 'dnsmasq', 'haproxy'] as const;
const serviceFile = (name: string): string => `/etc/init.d/${name}`;

/** Run by their name, so they must be executable. */
export const executables: readonly string[] = [boxScript, ...services.map(serviceFile)];

export const openWrtSet = (desired: Desired): RuleSet => ruleSet(desired, '/tmp/examsite-resolver.leases');

/** What every rule set needs beside itself. */
const constant = (): Record<string, string> => ({
  [boxScript]: source('box', 'openwrt'),
  ...Object.fromEntries(services.map((name) => [serviceFile(name), source(name, 'openwrt')])),
  [kernelFile]: source('90-examsite.conf'),
  [keepFile]: source('examsite-router', 'openwrt'),
});

/** Every file that must be as it is rendered, with where it lies. */
export const filesOf = (set: RuleSet): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(set.files).map(([name, text]) => [ruleFile(set.policy, name), text])),
  ...constant(),
});

/** In the order in which they are taken away: what takes them away last. */
export const ownFiles: readonly string[] = [...services.map(serviceFile), kernelFile, keepFile, folder];
