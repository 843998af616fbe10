/** Starts the lab's daemon and waits until it is ready. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import path from 'node:path';
import type { DaemonMessage } from '../daemon.ts';
import type { DaemonNote } from './endpoint.ts';

export interface LaunchOptions {
  /** `home.lab` */
  readonly labFolder: string;
  /** The room's folder in it. */
  readonly dir: string;
  readonly port: number;
  /** Undefined: as each PC was when it was saved. */
  readonly latency?: number;
}

/** The daemon runs on as its caller ends. @throws Error with the daemon's own words when it cannot start */
export async function launch({ labFolder, dir, port, latency }: LaunchOptions): Promise<DaemonNote> {
  mkdirSync(labFolder, { recursive: true, mode: 0o700 });
  const log = openSync(path.join(labFolder, 'daemon.log'), 'a', 0o600);
  // The same extension as this file: .ts from the clone, .js as published.
  const script = path.join(import.meta.dirname, '..', `daemon${path.extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [script, labFolder, dir, String(port), String(latency ?? '-')], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    windowsHide: true,
  });
  closeSync(log);
  try {
    return await new Promise<DaemonNote>((resolve, reject) => {
      child.once('message', (message: DaemonMessage) => {
        if ('ready' in message) resolve(message.ready);
        else reject(new Error(message.failed));
      });
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`the lab ended with ${String(code)}; see ${labFolder}/daemon.log`)),
      );
    });
  } finally {
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}
