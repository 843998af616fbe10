/** A plugin lives as long as its engine, and not longer. */
import { openTcp, reason, type Endpoint } from '../hosts/tcp.ts';

/**
 * A plugin whose engine was killed (-9) hears nothing of it, and would go on changing PCs beside the next `up`. It notices by its parent
 * process having changed, and leaves at once; what runs detached on a PC finishes or rolls back by itself.
 *
 * @param engineAddress the plugin's last argument. An engine that was killed while its plugin started was never its parent: so it is asked once.
 */
export function endWithEngine(close: () => Promise<void>, engineAddress: string | undefined): void {
  const leave = (code: number): void => {
    clearInterval(timer);
    void close().finally(() => process.exit(code));
    setTimeout(() => process.exit(code), 500);
  };
  // The engine's farewell, when all is done: it waits five seconds for the end of each plugin, then kills it. Ctrl-C does not come this way: a
  // plugin has a process group of its own, and hears of it from the engine, by Cancel.
  process.once('SIGINT', () => leave(0));
  const engine = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== engine || !isAlive(engine)) leave(1);
  }, 250);
  timer.unref();
  const [address = '', port] = engineAddress?.split(':') ?? [];
  if (address !== '') void isGone({ address, port: Number(port) }).then((gone) => gone && leave(1));
}

/** Nobody listens there. */
export async function isGone(engine: Endpoint): Promise<boolean> {
  try {
    (await openTcp(engine, 1000)).destroy();
    return false;
  } catch (error) {
    return reason(error) === 'ECONNREFUSED';
  }
}

/** Windows does not re-parent orphans, so the parent is also asked for by its id. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
