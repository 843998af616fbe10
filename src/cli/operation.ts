/** preview, up, refresh and destroy of one room: run the engine, follow its events, and say completely how it ended. */
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { UserError } from '../core/errors.ts';
import type { Lang } from '../core/finding.ts';
import { OperationEvents, type Failure, type PropertyChange } from './events.ts';
import { shownTarget } from '../hosts/enrolled.ts';
import { onInterrupt } from './interrupt.ts';
import { describeLocks, locks } from './locks.ts';
import { progress } from './progress.ts';
import { stackError } from './stack.ts';
import type { Home } from '../core/home.ts';

export type Kind = 'preview' | 'up' | 'refresh' | 'destroy';

export interface OperationResult {
  readonly kind: Kind;
  readonly room: string;
  readonly changes: readonly PropertyChange[];
  readonly failures: readonly Failure[];
  /** PCs whose last look did not reach them: their state is older than this operation. */
  readonly unreachable: readonly string[];
  /** Errors that belong to no PC. */
  readonly general: readonly string[];
  readonly seconds: number;
}

export interface OperationOptions {
  readonly home: Home;
  readonly room: string;
  readonly lang: Lang;
  /** Look at every PC first. */
  readonly refresh: boolean;
  /** Resources per PC, by host name. */
  readonly total: ReadonlyMap<string, number>;
}

/** PCs are independent and mostly wait: the engine may work on all of a room at once. */
const parallel = 256;

export async function operate(stack: Stack, kind: Kind, options: OperationOptions): Promise<OperationResult> {
  const events = new OperationEvents();
  const view = progress(events, options.total, options.lang);
  const interrupt = onInterrupt(() => process.stderr.write(`${stopping[options.lang]}\n`));
  const began = Date.now();
  const follow = {
    parallel,
    signal: interrupt.signal,
    onEvent: (event: Parameters<typeof events.handle>[0]) => {
      events.handle(event);
      view.update();
    },
  };
  try {
    if (kind === 'preview') await stack.preview({ ...follow, refresh: options.refresh });
    else if (kind === 'up') await stack.up({ ...follow, refresh: options.refresh, continueOnError: true });
    else if (kind === 'refresh') await stack.refresh(follow);
    else await stack.destroy({ ...follow, continueOnError: true });
  } catch (error) {
    if (interrupt.happened) {
      events.general.push(interruptedText(kind, options));
      await freeRoom(stack, options);
    } else await explain(error, events, options);
  } finally {
    interrupt.end();
    view.end();
  }
  return {
    kind,
    room: options.room,
    changes: events.changes,
    failures: events.failures,
    unreachable: kind === 'destroy' ? [] : [...events.unreachable].sort(),
    general: events.general.filter((line) => !interrupt.happened || !enginesOwnWord.test(line)),
    seconds: (Date.now() - began) / 1000,
  };
}

/** It adds nothing to what is said of an interrupted operation. */
const enginesOwnWord = /^(?:update|preview|refresh|destroy) cancell?ed$/;

/** An engine that is interrupted before it listens for signals ends at once, and leaves its lock. */
async function freeRoom(stack: Stack, { home, room }: OperationOptions): Promise<void> {
  const held = await locks(home, room);
  if (held.some(({ alive }) => alive === false)) await stack.cancel();
}

const stopping = {
  zh: '正在停止：不再开始新的步骤，等待引擎释放考场…（再按一次立即结束）',
  en: 'stopping: nothing new is begun, the engine frees the room … (once more ends it at once)',
};

function interruptedText(kind: Kind, { room, lang }: OperationOptions): string {
  return lang === 'zh'
    ? `${kind} 已中断；各电脑上已开始的步骤会自行完成或回退，再运行 examsite up ${shownTarget(room)} 继续`
    : `${kind} was interrupted; what was begun on a PC finishes or takes itself back, and examsite up ${shownTarget(room)} goes on from there`;
}

/** A failure that the events already told in full is not told again; anything else must not be lost. */
async function explain(error: unknown, events: OperationEvents, { home, room }: OperationOptions): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  if (/currently locked/.test(message)) throw new UserError([await describeLocks(home, room)]);
  const told = stackError(error, room);
  if (told instanceof UserError) throw told;
  if (events.failures.length === 0 && events.general.length === 0) events.general.push(message);
}
