/** Who holds a room's stack. The file backend leaves its lock behind when it is killed; nobody should have to look for it by hand. */
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Problem } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import { stackName } from './stack.ts';

const lock = z.object({ pid: z.int(), username: z.string(), hostname: z.string(), timestamp: z.string() });
export type Lock = z.infer<typeof lock> & {
  /** The process that took it still runs; null when it is another machine's. */
  readonly alive: boolean | null;
};

/** Locks of the file backend; empty for other backends, which keep their own. */
export async function locks(home: Home, room: string): Promise<Lock[]> {
  const folder = path.join(home.state, '.pulumi', 'locks', 'organization', 'examsite', stackName(room));
  const files = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) => lock.safeParse(JSON.parse(await readFile(path.join(folder, file), 'utf8')))),
  );
  return found.flatMap(({ data }) => (data === undefined ? [] : [{ ...data, alive: alive(data) }]));
}

function alive({ pid, hostname }: z.infer<typeof lock>): boolean | null {
  if (hostname !== os.hostname()) return null;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function describeLocks(home: Home, room: string): Promise<Problem> {
  const [held] = await locks(home, room);
  const got = held === undefined ? 'a lock' : `${held.username}@${held.hostname} pid ${held.pid} (${held.timestamp})`;
  return {
    where: stackName(room),
    expected: { zh: '没有其他操作在进行', en: 'no other operation under way' },
    got,
    fix: {
      zh: '等它结束；若它已被强行终止，运行 examsite repair',
      en: 'wait for it; if it was killed, run examsite repair',
    },
    code: 'RUN001',
  };
}
