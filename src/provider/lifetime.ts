/**
 * A plugin whose engine was killed (-9) hears nothing of it, and would go on changing PCs beside the next `up`. It notices by its parent
 * process having changed, and leaves at once; what runs detached on a PC finishes or rolls back by itself.
 */
export function endWithEngine(close: () => Promise<void>): void {
  // Ctrl-C reaches the whole process group. What it means here is the engine's to say, and it does: by Cancel.
  process.on('SIGINT', () => undefined);
  const engine = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === engine && isAlive(engine)) return;
    clearInterval(timer);
    void close().finally(() => process.exit(1));
    setTimeout(() => process.exit(1), 500);
  }, 250);
  timer.unref();
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
