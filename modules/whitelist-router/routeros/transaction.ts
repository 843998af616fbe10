/** A change that the device takes back unless the controller, over a new connection, confirms in time that it still reaches it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, HostError, isCancelled, unlessGone, unlessRefused } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import { arm, confirm, confirmSec, stage, takeBack, turn, type Change } from './commands.ts';
import { ask, order } from './console.ts';
import { tag } from './wanted.ts';

export type End = { readonly done: true } | { readonly done: false; readonly why: string };

/** The device looks every 5 s whether its time is over, and is then as it was; one try at a new connection may take most of a minute. */
const graceSec = 120;
const pauseMs = 500;

/** @returns how it ended @throws HostError when the device does not come back, CallError when it refused a command and is as it was */
export async function transact(host: Host, change: Change, address: string): Promise<End> {
  await order(host, arm(change));
  try {
    for (const command of stage(change)) await order(host, command);
    // The new rules may be in force before the answer has left.
    await order(host, turn(change)).catch(unlessGone);
  } catch (error) {
    if (error instanceof CallError) await order(host, takeBack);
    throw error;
  }
  return confirmed(host, change, address);
}

/** From a connection that was made after the change. */
async function confirmed(host: Host, change: Change, address: string): Promise<End> {
  const deadline = Date.now() + (confirmSec + graceSec) * 1000;
  for (let asked = false; ;) {
    try {
      await host.relocate(address);
      if (asked && !(await isWaiting(host))) return await ended(host);
      asked = true;
      await order(host, confirm(change));
      return { done: true };
    } catch (error) {
      if (error instanceof CallError) {
        // Where it is not over yet, nobody has to wait for that.
        await order(host, takeBack).catch(unlessRefused);
        return { done: false, why: error.message };
      }
      if (!(error instanceof HostError) || isCancelled(error) || Date.now() > deadline) throw error;
    }
    await sleep(pauseMs);
  }
}

/** The confirmation was on its way when the line broke: either it arrived, or the time was over. */
async function ended(host: Host): Promise<End> {
  const left = await ask(host, `:put [:len [/system script find where name="${tag}-rollback"]]`);
  return left.trim() === '0' ? { done: true } : { done: false, why: 'the confirmation did not arrive' };
}

async function isWaiting(host: Host): Promise<boolean> {
  const waiting = await ask(host, `:put [:len [/system scheduler find where name="${tag}-rollback"]]`);
  return waiting.trim() !== '0';
}

/** @returns whether there was one */
export async function settle(host: Host, address: string, unconfirmed: boolean): Promise<boolean> {
  if (!unconfirmed) return false;
  await order(host, takeBack).catch(unlessGone);
  await host.relocate(address);
  return true;
}
