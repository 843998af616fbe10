import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { exclude, include } from './exclusion.ts';
import { isOurs, policyKeys } from './places.ts';
import { blocking, noLonger, ownRules, unexcluded } from './plan.ts';
import { forget, load, store, type Saved } from './saved.ts';
import type { ExamClientActual, ExamClientDesired, Rule } from './schema.ts';

const noRestart: Applied = { restartRequired: false };

export async function apply(
  host: Host,
  desired: ExamClientDesired,
  actual: ExamClientActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const open = new Set(findings.filter((one) => one.verdict === 'drifted').map((one) => one.property));
  if (open.size === 0) return noRestart;
  await store(host, await load(host));
  if (open.has('firewall')) await writeRules(host, desired, actual);
  if (open.has('blocked')) await switchOff(host, blocking(actual));
  if (open.has('exclusions')) await writeExclusions(host, desired, actual);
  return noRestart;
}

async function writeRules(host: Host, desired: ExamClientDesired, actual: ExamClientActual): Promise<void> {
  const { write, remove } = ownRules(desired, actual);
  await Promise.all([
    ...write.map(({ name, ...rule }) => host.call('firewall.write', { name, rule })),
    ...remove.map((name) => host.call('firewall.write', { name, rule: null })),
  ]);
}

const likeness = ({ name, program, direction, protocol, action }: Rule): Saved['blocked'][number] => ({
  ...{ name, program, direction, protocol, action },
});

/** Saved first. They are switched off and not taken away: a rule has more than can be read of it. */
async function switchOff(host: Host, rules: readonly Rule[]): Promise<void> {
  const saved = await load(host);
  const known = new Set(saved.blocked.map((one) => JSON.stringify(one)));
  const more = rules.map(likeness).filter((one) => !known.has(JSON.stringify(one)));
  await store(host, { ...saved, blocked: [...saved.blocked, ...more] });
  await Promise.all(rules.map((one) => host.call('firewall.switch', { rule: likeness(one), enabled: false })));
}

async function writeExclusions(host: Host, desired: ExamClientDesired, actual: ExamClientActual): Promise<void> {
  for (const program of noLonger(desired, actual)) await include(host, program);
  if (actual.engine === null) return;
  for (const program of unexcluded(desired, actual)) await exclude(host, policyKeys[actual.engine], program);
}

/** Rules of ours go; those of others block again as they did; the antivirus leaves alone what it did before. */
export async function undo(host: Host): Promise<Applied> {
  const saved = await load(host);
  const { rules } = await host.call('firewall.read', { name: 'examsite exam *' });
  for (const name of new Set(rules.filter(isOurs).map((one) => one.name))) {
    await host.call('firewall.write', { name, rule: null });
  }
  for (const rule of saved.blocked) await host.call('firewall.switch', { rule, enabled: true });
  for (const { program } of saved.exclusions) await include(host, program);
  await forget(host);
  return noRestart;
}
