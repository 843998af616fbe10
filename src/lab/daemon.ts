/** The process of a running lab: `node daemon.ts <lab folder> <room's folder> <port> <latency, or ->`. Started by control/launch.ts. */
import { rmSync } from 'node:fs';
import { sync as writeFileAtomic } from 'write-file-atomic';
import { noteFile, socketPath, type DaemonNote } from './control/endpoint.ts';
import { serveControl } from './control/server.ts';
import { Lab } from './lab.ts';

/** What the parent hears: ready, or why not. */
export type DaemonMessage = { readonly ready: DaemonNote } | { readonly failed: string };

async function main([folder = '', dir = '', port = '0', latency = '-']: readonly string[]): Promise<void> {
  const lab = Lab.open(dir);
  if (latency !== '-') lab.latency = Number(latency);
  await lab.start({ port: Number(port) });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await lab.stop();
    await control.close();
    rmSync(noteFile(folder), { force: true });
    // PCs that were restarting, and jobs that wait, hold timers; all of it is saved.
    process.exit(0);
  };
  const control = await serveControl(lab, socketPath(folder), () => void stop());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
  const ready: DaemonNote = { pid: process.pid, room: lab.plan.room.room, port: lab.port };
  writeFileAtomic(noteFile(folder), JSON.stringify(ready), { mode: 0o600 });
  tell({ ready });
}

/** Started by hand, there is no parent to tell. */
function tell(message: DaemonMessage, then: () => void = () => undefined): void {
  if (!process.send) return then();
  process.send(message, undefined, undefined, () => {
    if (process.connected) process.disconnect();
    then();
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // Some PCs may be listening already.
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () => process.exit(1));
});
