/** Two processes (the plugin and the command line) may change the same small file at the same time. */
import lockfile from 'proper-lockfile';

/** Runs `change` while no other process is in here for the same file. The file need not exist. A lock left by a crash is broken after 10 s. */
export async function locked<T>(file: string, change: () => Promise<T>): Promise<T> {
  const release = await lockfile.lock(file, {
    realpath: false,
    stale: 10_000,
    retries: { retries: 60, factor: 1.2, minTimeout: 20, maxTimeout: 500, randomize: true },
  });
  try {
    return await change();
  } finally {
    await release();
  }
}
