/** Makes the address so, and puts back the former one. Both are the same transaction. */
import { isDeepStrictEqual } from 'node:util';
import { ConvergeError } from '../../src/core/errors.ts';
import type { Finding, Text } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import type { AdapterConfig } from '../../src/core/primitives.ts';
import { forgetSaved, saveBefore, savedBefore } from '../../src/core/undo.ts';
import { configOf, saved, type Actual, type Desired } from './schema.ts';
import { jobId, settleEarlier, transact, type Change, type Sight } from './transaction.ts';

const name = 'static-ip';
const noRestart: Applied = { restartRequired: false };

export async function apply(host: Host, desired: Desired, actual: Actual): Promise<Applied> {
  const { adapter } = actual;
  if (adapter === null) return noRestart;
  const { mac, gateway, address } = desired;
  const addresses = [address, ...known(adapter.live.address)];
  const change: Change = { mac, from: adapter.persistent, to: configOf(desired), gateway, addresses };
  if (await settleEarlier(host, change)) return noRestart;
  const before = { mac, config: { ...adapter.persistent }, address: adapter.live.address };
  await saveBefore(host, name, before);
  const sight = await transact(host, change);
  if (sight.job.state === 'done') return noRestart;
  // Nothing is left of the change: what was saved stays for an undo, which then finds that there is nothing to do.
  throw new ConvergeError(host.name, name, [refusal(desired, sight)]);
}

export async function undo(host: Host): Promise<Applied> {
  const before = saved.optional().parse(await savedBefore(host, name));
  if (before === undefined) return noRestart;
  const { mac, config } = before;
  const now = await persistent(host, mac);
  if (now !== undefined) {
    const addresses = [...known(config.address), ...known(before.address), ...known(now.address)];
    const change: Change = { mac, from: now, to: config, gateway: null, addresses };
    await settleEarlier(host, change);
    if (!isDeepStrictEqual(await persistent(host, mac), config)) await goBack(host, change);
  }
  await host.call('job.forget', { id: jobId });
  await forgetSaved(host, name);
  return noRestart;
}

async function goBack(host: Host, change: Change): Promise<void> {
  const sight = await transact(host, change);
  if (sight.job.state === 'done') return;
  throw new ConvergeError(host.name, name, [wayBackBarred(change.to, sight)]);
}

const known = (address: string | null): string[] => (address === null ? [] : [address]);

async function persistent(host: Host, mac: string): Promise<AdapterConfig | undefined> {
  const { adapters } = await host.call('net.read', {});
  return adapters.find((one) => one.mac === mac)?.persistent;
}

/** Why the machine took the change back, as a finding about the one property that is wrong. */
function refusal(desired: Desired, { job, adapter }: Sight): Finding {
  const { gateway, address } = desired;
  const live = adapter?.live.address ?? null;
  const back = outcome(job.state, live);
  const common = { requirement: 'P6', verdict: 'failed' } as const;
  switch (job.error?.code) {
    case 'no-answer':
      return { ...common, property: 'gateway', expected: gateway, actual: null, sentence: silent(gateway, back) };
    case 'duplicate-address': {
      const other = job.error.detail?.['mac'];
      const who = typeof other === 'string' ? other : job.error.message;
      return { ...common, property: 'address', expected: address, actual: live, sentence: taken(address, who, back) };
    }
    default: {
      const why = job.error?.message ?? job.state;
      return { ...common, property: 'address', expected: address, actual: live, sentence: undone(address, why, back) };
    }
  }
}

const silent = (gateway: string, back: Text): Text => ({
  zh: `应能收到 ${gateway} 的应答，实为无应答；${back.zh}；请更正清单中的 network.gateway`,
  en: `expected ${gateway} to answer, got no answer; ${back.en}; correct network.gateway in the inventory`,
});

const taken = (address: string, who: string, back: Text): Text => ({
  zh: `地址 ${address} 应空闲，实为已被占用（${who}）；${back.zh}；请更正清单中该考位的地址，或停用另一台机器`,
  en: `expected ${address} to be free, got a machine that has it (${who}); ${back.en}; correct this seat's address in the inventory, or take it from the other machine`,
});

const undone = (address: string, why: string, back: Text): Text => ({
  zh: `地址应改为 ${address}，实为未完成（${why}）；${back.zh}；请重新运行`,
  en: `expected the address to become ${address}, got ${why}; ${back.en}; run again`,
});

const wayBackBarred = (to: AdapterConfig, { job, adapter }: Sight): Finding => {
  const wanted = to.dhcp ? 'DHCP' : (to.address ?? '');
  const why = job.error?.message ?? job.state;
  const back = outcome(job.state, adapter?.live.address ?? null);
  return {
    requirement: 'P6',
    property: 'address',
    expected: wanted,
    actual: adapter?.live.address ?? null,
    verdict: 'failed',
    sentence: {
      zh: `应恢复为 ${wanted}，实为未完成（${why}）；${back.zh}；请重新运行`,
      en: `expected to go back to ${wanted}, got ${why}; ${back.en}; run again`,
    },
  };
};

function outcome(state: Sight['job']['state'], address: string | null): Text {
  const [zh, en] = address === null ? ['没有地址', 'no address'] : [address, address];
  return state === 'rolled-back'
    ? { zh: `该机已自行恢复为 ${zh}`, en: `the PC has rolled back to ${en}` }
    : { zh: `更改状态为 ${state}，该机现为 ${zh}`, en: `the change ended as ${state}, the PC has ${en}` };
}
