// Does not prove that Windows applies an address as the simulated adapter does, nor that a real switch relearns in time.
import { describe, expect, test } from 'vitest';
import { converge } from '../../src/core/converge.ts';
import { ConvergeError, HostError } from '../../src/core/errors.ts';
import type { AdapterConfig } from '../../src/core/primitives.ts';
import type { PrimitiveName } from '../../src/core/host.ts';
import { simulatedPc, type SimulatedPc } from '../../src/lab/testing.ts';
import { runCases } from '../cases.ts';
import { staticIp } from './module.ts';
import { jobId, transact, type Change } from './transaction.ts';

runCases(staticIp, import.meta.dirname);

const wanted = { address: '10.30.1.107', prefix: 24, gateway: '10.30.1.1', dns: ['10.30.1.1'] };

async function pc(): Promise<SimulatedPc & { desired: typeof wanted & { mac: string } }> {
  const made = await simulatedPc();
  // A real host scans the subnet for the host key; the direct one knows only the address it is given.
  made.host.relocate = () => Promise.resolve();
  return { ...made, desired: { mac: made.machine.hardware.mac, ...wanted } };
}

const verdicts = (findings: readonly { property: string; verdict: string }[]): string[] =>
  findings.filter(({ verdict }) => verdict !== 'ok').map(({ property, verdict }) => `${property} ${verdict}`);

describe('static-ip on a simulated PC', () => {
  test('pins the address, and a second run finds nothing to do', async () => {
    const { host, machine, desired } = await pc();
    const first = await converge(staticIp, host, desired);
    expect(verdicts(first.findings)).toStrictEqual([]);
    const [adapter] = machine.adapters();
    expect(adapter?.persistent).toStrictEqual({ dhcp: false, ...wanted });
    expect(adapter?.live).toStrictEqual({ dhcp: false, ...wanted });
    const writes = machine.journal.writes;
    expect((await converge(staticIp, host, desired)).passes).toBe(0);
    expect(machine.journal.writes).toBe(writes);
  });

  test('keeps the address over a restart', async () => {
    const { host, machine, desired } = await pc();
    await converge(staticIp, host, desired);
    await machine.restart();
    expect((await converge(staticIp, host, desired)).passes).toBe(0);
  });

  test('gives the adapter back to DHCP, and leaves nothing behind', async () => {
    const { host, machine, desired } = await pc();
    const before = everything(machine);
    await converge(staticIp, host, desired);
    expect(everything(machine)).not.toStrictEqual(before);
    await staticIp.undo(host, desired);
    expect(everything(machine)).toStrictEqual(before);
    expect(machine.adapters()[0]?.live.dhcp).toBe(true);
    const writes = machine.journal.writes;
    await staticIp.undo(host, desired);
    expect(machine.journal.writes, 'a second undo').toBe(writes);
  });

  test('puts back a former static address', async () => {
    const { host, machine, desired } = await pc();
    const former: AdapterConfig = { ...wanted, dhcp: false, address: '10.30.1.55' };
    await machine.configure(former);
    await converge(staticIp, host, desired);
    await converge(staticIp, host, { ...desired, address: '10.30.1.108' });
    await staticIp.undo(host, desired);
    expect(machine.adapters()[0]?.live).toStrictEqual(former);
  });

  test('rolls back a gateway that does not answer, and says which value to correct', async () => {
    const { host, machine, desired } = await pc();
    const before = machine.adapters()[0]?.persistent;
    const error: unknown = await converge(staticIp, host, { ...desired, gateway: '10.30.1.2' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConvergeError);
    const [finding] = (error as ConvergeError).findings;
    expect(finding).toMatchObject({ requirement: 'P6', property: 'gateway', expected: '10.30.1.2', verdict: 'failed' });
    const now = machine.adapters()[0];
    expect(finding?.sentence.en).toBe(
      `expected 10.30.1.2 to answer, got no answer; the PC has rolled back to ${String(now?.live.address)}; correct network.gateway in the inventory`,
    );
    expect(now?.persistent).toStrictEqual(before);
    expect((await host.call('job.status', { id: jobId })).state).toBe('absent');
  });

  test('rolls back an address that another machine has, and names that machine', async () => {
    const { host, lan, desired } = await pc();
    const other = await simulatedPc({ name: 'r301-s08', lan });
    await other.machine.configure({ dhcp: false, ...wanted });
    const error: unknown = await converge(staticIp, host, desired).catch((reason: unknown) => reason);
    const [finding] = (error as ConvergeError).findings;
    expect(finding?.property).toBe('address');
    expect(finding?.sentence.en).toContain(`expected 10.30.1.107 to be free`);
    expect(finding?.sentence.en).toContain(other.machine.hardware.mac);
  });
});

describe('a controller that was killed', () => {
  test('between start and confirmation: the next run confirms the change it wants', async () => {
    const { host, machine, desired } = await pc();
    await startOnly(host, { ...changeTo(machine, desired), gateway: desired.gateway });
    const findings = staticIp.plan(desired, await staticIp.read(host, desired));
    expect(verdicts(findings)).toStrictEqual(['confirmed drifted']);
    await converge(staticIp, host, desired);
    expect((await host.call('job.status', { id: jobId })).state).toBe('done');
  });

  test('with another change: it is left to roll back, then the wanted one is made', async () => {
    const { host, machine, desired } = await pc();
    const other = { ...desired, address: '10.30.1.99' };
    await startOnly(host, changeTo(machine, other), 1);
    await converge(staticIp, host, desired);
    expect(machine.adapters()[0]?.live.address).toBe(desired.address);
    const events = machine.journal.events.filter((event) => event.kind === 'net');
    expect(events.length, 'other, rolled back, wanted').toBeGreaterThanOrEqual(3);
  });

  test('and a PC that restarted meanwhile: it has rolled back, and the change is made anew', async () => {
    const { host, machine, desired } = await pc();
    await startOnly(host, changeTo(machine, desired));
    await machine.restart();
    expect(machine.adapters()[0]?.persistent.dhcp).toBe(true);
    await converge(staticIp, host, desired);
    expect(machine.adapters()[0]?.persistent.address).toBe(desired.address);
  });
});

test('a confirmation that is lost on its way is given again', async () => {
  const { host, machine, desired } = await pc();
  const call = host.call.bind(host);
  let lost = 0;
  host.call = (name: PrimitiveName, args: never) =>
    name === 'job.confirm' && lost++ === 0
      ? Promise.reject(new HostError(host.name, 'session-lost', 'gone', true))
      : call(name, args);
  const { job } = await transact(host, changeTo(machine, desired), fast);
  expect([job.state, lost]).toStrictEqual(['done', 2]);
});

test('a session to the address that has just gone is left for another', async () => {
  const { host, machine, desired } = await pc();
  const call = host.call.bind(host);
  let hanging = 0;
  host.call = (name: PrimitiveName, args: never) =>
    name === 'net.read' && hanging++ === 0 ? new Promise(() => undefined) : call(name, args);
  const { job } = await transact(host, changeTo(machine, desired), { ...fast, lookMs: 50 });
  expect(job.state).toBe('done');
});

test('a start that never arrived is an error that the caller may repeat', async () => {
  const { host, machine, desired } = await pc();
  const call = host.call.bind(host);
  host.call = (name: PrimitiveName, args: never) =>
    name === 'job.start' ? Promise.reject(new HostError(host.name, 'session-lost', 'gone', true)) : call(name, args);
  const error: unknown = await transact(host, changeTo(machine, desired), fast).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'session-lost', mayHaveHappened: true });
  expect(machine.adapters()[0]?.persistent.dhcp).toBe(true);
});

const fast = { firstMs: 5, longestMs: 20, lookMs: 5000 };

function changeTo(machine: SimulatedPc['machine'], desired: typeof wanted & { mac: string }): Change {
  const { mac, ...to } = desired;
  const from = machine.adapters()[0]?.persistent ?? { dhcp: true, address: null, prefix: null, gateway: null, dns: [] };
  return { mac, from, to: { dhcp: false, ...to }, gateway: null, addresses: [desired.address] };
}

/** What a controller has done that dies before it confirms. */
async function startOnly(host: SimulatedPc['host'], { mac, from, to }: Change, confirmSec = 120): Promise<void> {
  const steps = [{ name: 'net.write', args: { mac, config: to } } as const];
  const rollback = [{ name: 'net.write', args: { mac, config: from } } as const];
  await host.call('job.start', { id: jobId, steps, rollback, confirmSec });
  await expect.poll(async () => (await host.call('job.status', { id: jobId })).state).toBe('awaiting-confirmation');
}

/** Files, adapters and tasks: what an undo has to put back. */
function everything(machine: SimulatedPc['machine']): unknown {
  return { files: machine.files.walk('C:\\'), adapter: machine.adapters()[0]?.persistent, tasks: machine.tasks.list() };
}
