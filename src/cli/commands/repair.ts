/** `examsite repair`: after a controller was killed in the middle. Frees the stack; the next `up` finds out on the PCs what is still to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Io } from '../io.ts';
import { locks, type Lock } from '../locks.ts';
import { endOrphans } from '../orphans.ts';
import { shownTarget } from '../../hosts/enrolled.ts';
import { openStack } from '../stack.ts';
import { targetOf, withTarget, type TargetFlags } from '../target.ts';

const pending = z.looseObject({ pending_operations: z.array(z.unknown()).optional() });

export function repairCommand(program: Command, io: Io): void {
  withTarget(program.command('repair').description('free a room whose last operation was killed')).action(
    async (flags: TargetFlags) => {
      const room = targetOf(flags);
      const result = await repair(io, room);
      const { cleared, unfinished } = result;
      io.print(
        io.lang === 'zh'
          ? `已清除 ${cleared} 个锁、${unfinished} 个未完成的操作；再运行 examsite up ${shownTarget(room)}`
          : `${cleared} locks and ${unfinished} unfinished operations cleared; now run examsite up ${shownTarget(room)}`,
      );
      io.result(result);
    },
  );
}

export async function repair(io: Io, room: string): Promise<{ cleared: number; unfinished: number }> {
  const stack = await openStack(io.home, room, io.lang, (line) => io.note(line));
  const held = await waitForLiving(io, room);
  if (held.length > 0) await stack.cancel();
  await endOrphans(io.home);
  return { cleared: held.length, unfinished: await forgetPending(stack) };
}

/** A killed command can leave its engine working. It is let finish: what it knows of the PCs is worth more than the time. */
async function waitForLiving(io: Io, room: string): Promise<Lock[]> {
  let told = false;
  for (;;) {
    const held = await locks(io.home, room);
    const living = held.find((lock) => lock.alive);
    if (living === undefined) return held;
    if (!told) {
      io.note(
        io.lang === 'zh'
          ? `引擎（进程 ${living.pid}）仍在工作，等待其结束…`
          : `the engine (pid ${living.pid}) is still at work; waiting for it to finish …`,
      );
    }
    told = true;
    await sleep(300);
  }
}

/**
 * The engine notes an operation before it begins it and would ask a person what became of it. Ours answer for themselves: a resource is
 * only ever made by looking first, so forgetting the note loses nothing and does nothing twice.
 */
async function forgetPending(stack: Stack): Promise<number> {
  const state = await stack.exportStack();
  const { pending_operations: operations = [], ...rest } = pending.parse(state.deployment);
  if (operations.length > 0) await stack.importStack({ ...state, deployment: rest });
  return operations.length;
}
