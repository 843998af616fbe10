/** The one next step of a stage, and the way back. While a card protects nothing is written to the PC: it would be lost, and prove nothing. */
import { ConvergeError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied } from '../../src/core/module.ts';
import { forgetWanted, wantedRestart } from '../../src/core/restart.ts';
import { countedStarts, newCanary, plant, remove } from './canary.ts';
import { deepFreezeDriver } from './drivers/deep-freeze.ts';
import type { Driver } from './drivers/driver.ts';
import { uwfDriver } from './drivers/uwf.ts';
import { forget, recall, remember } from './memory.ts';
import { fixedVolumes, read } from './read.ts';
import type { Actual, Desired } from './schema.ts';
import { isOn, protects, stageOf } from './stage.ts';

const noRestart: Applied = { restartRequired: false };
const withRestart: Applied = { restartRequired: true };

const drivers: Partial<Record<Desired['driver'], Driver>> = { 'deep-freeze': deepFreezeDriver, uwf: uwfDriver };

export async function apply(host: Host, desired: Desired, actual: Actual): Promise<Applied> {
  switch (stageOf(desired, actual).kind) {
    case 'closed':
      return open(host, desired);
    case 'unproved':
      return prove(host, actual);
    case 'proving':
      return withRestart;
    default:
      return noRestart;
  }
}

/** Remembered before it is done: a controller that is killed in between must know that the card was on. */
async function open(host: Host, desired: Desired): Promise<Applied> {
  const driver = drivers[desired.driver];
  if (driver === undefined) return noRestart;
  const [{ bootTime }, memory] = await Promise.all([host.hello(), recall(host)]);
  const openedIn = [...memory.openedIn.filter((boot) => boot !== bootTime), bootTime];
  await remember(host, { ...memory, foundEnabled: memory.foundEnabled ?? true, openedIn });
  await driver.open(host, desired);
  return withRestart;
}

/** The note comes first and says "incomplete" until every place has been read back: half a canary must not look like a restored one. */
async function prove(host: Host, actual: Actual): Promise<Applied> {
  const [{ bootTime }, memory, volumes, starts] = await Promise.all([
    host.hello(),
    recall(host),
    fixedVolumes(host),
    countedStarts(host),
  ]);
  const canary = newCanary(bootTime, volumes, starts);
  const foundEnabled = memory.foundEnabled ?? isOn(actual);
  await remember(host, { ...memory, foundEnabled, canary });
  const missing = await plant(host, canary);
  if (missing.length > 0) throw swallowed(host, missing);
  await remember(host, { ...memory, foundEnabled, canary: { ...canary, complete: true } });
  return withRestart;
}

/**
 * The card as it was found, the canary and the notes gone. On a PC that protects again, only the notes can go. It is the last of a PC's
 * undos, so what the others have left for a restart is done first, while the card is open: a closed one would forget it, in every boot anew.
 */
export async function undo(host: Host, desired: Desired): Promise<Applied> {
  if (Object.keys((await wantedRestart(host)).by).length > 0) return { restartRequired: true, again: true };
  await forgetWanted(host);
  const memory = await recall(host);
  if (memory.foundEnabled === null) return noRestart;
  const closed = protects(await read(host, desired));
  const driver = memory.foundEnabled && !closed ? drivers[desired.driver] : undefined;
  // First the canary: after the order to close, a restart may come at any moment.
  if (!closed) await remove(host, await fixedVolumes(host));
  await driver?.close(host, desired);
  await forget(host);
  return driver === undefined ? noRestart : withRestart;
}

function swallowed(host: Host, missing: readonly string[]): ConvergeError {
  const places = missing.join(', ');
  const sentence = {
    zh: `写入的标记应能读回，实为读不回（${places}）；请查看杀毒软件是否拦截`,
    en: `expected the canary to be read back, got nothing at ${places}; see whether an antivirus swallows writes`,
  };
  const finding = {
    requirement: 'P7',
    property: 'canary',
    expected: true,
    actual: false,
    verdict: 'failed',
    sentence,
  } as const;
  return new ConvergeError(host.name, 'restore-card', [finding]);
}
