// Does not prove when a PC is restarted: that is modules/pending-restart and src/provider/restarts.test.ts.
import { expect, test } from 'vitest';
import { simulatedPc } from '../lab/testing.ts';
import { keepPath, wantRestart, wantedRestart } from './restart.ts';

test('of modules that speak at the same time every word is kept, the first of each', async () => {
  const { host } = await simulatedPc();
  await Promise.all([
    wantRestart(host, 'desktop-tools', 'first'),
    wantRestart(host, 'input-method', 'exam is logged on'),
    keepPath(host, 'C:\\Windows'),
    wantRestart(host, 'desktop-tools', 'second'),
    keepPath(host, 'C:\\Python37'),
  ]);
  const by = { 'desktop-tools': 'first', 'input-method': 'exam is logged on' };
  expect(await wantedRestart(host)).toEqual({ by, path: 'C:\\Windows' });
});

test('what was noted in an earlier boot counts for nothing, nor for what is noted in this one', async () => {
  const { host } = await simulatedPc();
  await wantRestart(host, 'python', 'VC_redist.x64.exe ended with 3010');
  await host.restart();
  expect(await wantedRestart(host)).toEqual({ by: {}, path: null });
  await keepPath(host, 'C:\\Windows');
  expect(await wantedRestart(host)).toEqual({ by: {}, path: 'C:\\Windows' });
});
