/** Speaks to a running lab. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Way } from '../outside/router.ts';
import type { JournalData } from '../pc/journal.ts';
import { isAlive, readNote, socketPath } from './endpoint.ts';
import type { LabStatus } from './status.ts';

/** No lab is running in this home. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

export class LabClient {
  readonly #folder: string;

  /** @param labFolder `home.lab` */
  constructor(labFolder: string) {
    this.#folder = labFolder;
  }

  status(): Promise<LabStatus> {
    return this.#ask('GET', '/status') as Promise<LabStatus>;
  }

  journal(name: string): Promise<JournalData> {
    return this.#ask('GET', `/pcs/${encodeURIComponent(name)}/journal`) as Promise<JournalData>;
  }

  /** @throws RangeError with the lab's words when it cannot be done */
  do(seat: string, action: string, args: readonly string[]): Promise<LabStatus> {
    return this.#ask('POST', '/do', { seat, action, args }) as Promise<LabStatus>;
  }

  router(way: Way): Promise<LabStatus> {
    return this.#ask('POST', '/router', way) as Promise<LabStatus>;
  }

  reset(seat: string): Promise<LabStatus> {
    return this.#ask('POST', '/reset', { seat }) as Promise<LabStatus>;
  }

  /** @returns whether one was running. Resolves when its process is gone. */
  async stop(timeoutMs = 10_000): Promise<boolean> {
    const pid = await this.running();
    if (pid === undefined) return false;
    await this.#ask('POST', '/stop');
    const deadline = Date.now() + timeoutMs;
    while (isAlive(pid)) {
      if (Date.now() > deadline) throw new Error(`the lab's process ${pid} did not end within ${timeoutMs} ms`);
      await sleep(20);
    }
    return true;
  }

  /** The process that answers; undefined when none does, whatever a note left behind says. */
  async running(): Promise<number | undefined> {
    try {
      return (await this.status()).pid;
    } catch (error) {
      if (error instanceof NotRunning) return undefined;
      throw error;
    }
  }

  #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: socketPath(this.#folder), method, path, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const value = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { error?: string };
          if (response.statusCode === 200) resolve(value);
          else if (response.statusCode === 400) reject(new RangeError(value.error));
          else reject(new Error(`the lab failed: ${value.error ?? String(response.statusCode)}`));
        });
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
        reject(nobody ? new NotRunning(this.#stale()) : error);
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  #stale(): string {
    const note = readNote(this.#folder);
    return note ? `no lab is running; process ${note.pid} left a note but does not answer` : 'no lab is running';
  }
}
