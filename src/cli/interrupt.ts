/**
 * Ctrl-C, as a terminal gives it: to this process and to the engine it has started. The engine then begins nothing new, lets go of the PCs and
 * frees the room. This process must stay until that is done: with its reader gone the engine would die in the middle and leave the room locked.
 */
export interface Interrupt {
  readonly happened: boolean;
  /** Tells the engine, which has not heard of a SIGTERM that was meant for this process alone. */
  readonly signal: AbortSignal;
  /** Signals mean again what they usually do. */
  end(): void;
}

/** @param tell called at the first one; the second ends this process at once, as the engine does of itself */
export function onInterrupt(tell: () => void): Interrupt {
  const controller = new AbortController();
  let happened = false;
  const interrupted = (signal: NodeJS.Signals): void => {
    if (happened) process.exit(exitCode);
    happened = true;
    tell();
    if (signal === 'SIGTERM') controller.abort();
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  return {
    get happened() {
      return happened;
    },
    signal: controller.signal,
    end: () => process.off('SIGINT', interrupted).off('SIGTERM', interrupted),
  };
}

/** 128 + SIGINT: what shells expect of a program that was interrupted. */
const exitCode = 130;
