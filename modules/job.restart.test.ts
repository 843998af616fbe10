// Does not prove how a real PC goes down under an installer: on the simulated one the power goes at once, which is the worst case.
import { expect, test, vi } from 'vitest';
import { wantedRestart } from '../src/core/restart.ts';
import { simulatedDepot } from '../src/lab/packages/build.ts';
import { preinstall } from '../src/lab/packages/preinstall.ts';
import { software } from '../src/lab/software.ts';
import { simulatedPc, type SimulatedPc } from '../src/lab/testing.ts';
import { runJob, step, type Pace } from './job.ts';

const pace: Pace = { firstMs: 1, longestMs: 20, againMs: Array.from({ length: 100 }, () => 20) };
const version = '14.29.30139';
const depot = simulatedDepot({ products: { 'vc-redist': [version], mongodb: ['4.0.27'] } });
const library = 'C:\\Windows\\System32\\msvcp140.dll';

/** A PC on which the runtime is in use, and what brings a newer one there. */
async function inClass(): Promise<{ pc: SimulatedPc; fetch: ReturnType<typeof step>; exe: string }> {
  const pc = await simulatedPc({ software, depot });
  pc.machine.journal.act('machine', () => {
    preinstall(pc.machine, { product: 'vc-redist', version: '14.16.27033' });
    preinstall(pc.machine, { product: 'classroom', version: '6.0' });
  });
  await pc.machine.restart();
  const { url, sha256, size } = pc.host.depot.artifact('vc-redist', version);
  const exe = 'C:\\ProgramData\\examsite\\pkg\\vc.exe';
  return { pc, exe, fetch: step('download', { files: [{ url, path: exe, sha256, size }] }) };
}
const note = step('file.write', { path: 'C:\\after.txt', base64: '' });

test('an installer that restarts the PC by itself is waited for, and the job goes on', async () => {
  const { pc, fetch, exe } = await inClass();
  const { bootTime } = pc.machine;
  const install = step('process.run', {
    ...{ exe, args: ['/install', '/quiet'], timeoutSec: 60 },
    expectExit: [0, 1641, 3010],
  });
  expect(await runJob(pc.host, 'desktop-tools', [fetch, install, note], pace)).toStrictEqual({ done: true });
  expect(pc.machine.bootTime).not.toEqual(bootTime);
  expect(pc.machine.files.read(library)?.version).toBe('14.29.30139.0');
  expect(pc.machine.files.read('C:\\after.txt')).toBeDefined();
  expect((await wantedRestart(pc.host)).by).toStrictEqual({});
});

test('while another installation runs the job waits, and begins nothing twice', async () => {
  const { pc, fetch, exe } = await inClass();
  const { machine } = pc;
  // An update of another program holds Windows Installer for a moment.
  machine.latency.factor = 0.005;
  const other = machine.journal.act('person', () =>
    machine.run('msiexec.exe', ['/x', '{00000000-0000-0000-0000-000000000000}', '/qn'], ''),
  );
  const install = step('process.run', {
    ...{ exe, args: ['/install', '/quiet', '/norestart'], timeoutSec: 60 },
    expectExit: [0, 1641, 3010],
  });
  const stamp = step('file.write', { path: 'C:\\before.txt', base64: '' });
  const calls = vi.spyOn(pc.host, 'call');
  const done = runJob(pc.host, 'desktop-tools', [stamp, fetch, install, note], pace);
  expect((await other).exitCode).toBe(1605);
  expect(await done).toStrictEqual({ done: true });
  expect(calls.mock.calls.filter(([name]) => name === 'job.start').length).toBeGreaterThan(1);
  const stamps = machine.journal.events.filter(({ what, action }) => what === 'C:\\before.txt' && action === 'rename');
  expect(stamps).toHaveLength(1);
  expect((await wantedRestart(pc.host)).by).toStrictEqual({ 'desktop-tools': 'vc.exe ended with 3010' });
});
