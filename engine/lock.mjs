/** One process at a time, also when the one before was killed in the middle. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 2_000;
/** A holder that is silent for this long is gone: its machine was switched off, or it is on another machine and died there. */
const deadMs = 20_000;

/**
 * @template T
 * @param {string} file is created for as long as `work` runs
 * @param {() => Promise<T>} work
 * @param {(pid: number) => void} [onWait] told once, when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  for (let told = false; !take(file); await sleep(200)) {
    const holder = read(file);
    if (holder && isDead(holder)) removeDead(file);
    else if (holder?.pid && !told) {
      onWait(holder.pid);
      told = true;
    }
  }
  const heartbeat = setInterval(() => touch(file), heartbeatMs).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (read(file)?.pid === process.pid) fs.rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    fs.writeFileSync(file, JSON.stringify({ pid: process.pid, host: os.hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  }
}

/** @typedef {{ pid: number, host: string, ageMs: number }} Holder */

/**
 * @param {string} file
 * @returns {Holder | undefined} nothing when there is no lock; no `pid` yet when its owner is just writing it (or was killed at that moment)
 */
function read(file) {
  try {
    const ageMs = Date.now() - fs.statSync(file).mtimeMs;
    const text = fs.readFileSync(file, 'utf8');
    return { pid: 0, host: '', ...(text.endsWith('}') ? JSON.parse(text) : {}), ageMs };
  } catch {
    return undefined;
  }
}

/** @param {Holder} holder */
function isDead({ pid, host, ageMs }) {
  return ageMs > deadMs || (host === os.hostname() && !isAlive(pid));
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Two waiters may see the same dead lock. Only the one that holds the broom removes it, and looks once more first: the other may have swept
 * and taken the lock in between.
 * @param {string} file
 */
function removeDead(file) {
  const broom = `${file}.broom`;
  if (!take(broom)) {
    const owner = read(broom);
    if (owner && isDead(owner)) fs.rmSync(broom, { force: true });
    return;
  }
  const holder = read(file);
  if (holder && isDead(holder)) fs.rmSync(file, { force: true });
  fs.rmSync(broom, { force: true });
}

/** @param {string} file */
function touch(file) {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // It was taken from us while this machine slept. What is made under a lock is renamed into place whole, so two makers do no harm.
  }
}
