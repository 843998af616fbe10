/**
 * Deep Freeze's command line, DFC.exe. Return codes as the vendor gives them (windows-facts 4): 0 success or FALSE, 1 TRUE, 2 no administrator,
 * 3 not valid on this installation, 4 invalid command, 5 and up internal error. What a wrong password gives is not documented; 5 is assumed.
 */
import type { Card } from '../pc/machine.ts';
import { atOnce, exit } from './exit.ts';

const codes = { success: 0, frozen: 1, notHere: 3, invalidCommand: 4, internalError: 5 };

interface Command {
  /** Whether it may be given now; undefined: always. */
  readonly when?: (card: Card) => boolean;
  readonly nextBootFrozen: boolean;
  readonly restarts: boolean;
}

const commands: Readonly<Record<string, Command>> = {
  '/THAWNEXTBOOT': { nextBootFrozen: false, restarts: false },
  '/FREEZENEXTBOOT': { nextBootFrozen: true, restarts: false },
  // "This command only works on Frozen computers", and the other one on Thawed ones.
  '/BOOTTHAWED': { when: (card) => card.frozen, nextBootFrozen: false, restarts: true },
  '/BOOTTHAWEDNOINPUT': { when: (card) => card.frozen, nextBootFrozen: false, restarts: true },
  '/BOOTFROZEN': { when: (card) => !card.frozen, nextBootFrozen: true, restarts: true },
};

export const dfc = atOnce(({ machine, args }) => {
  const { card } = machine;
  if (card.kind !== 'deep-freeze') return exit(codes.notHere);
  const [first = '', second = ''] = args;
  if (first.toLowerCase() === 'get') {
    if (second.toUpperCase() !== '/ISFROZEN') return exit(codes.invalidCommand);
    return exit(card.frozen ? codes.frozen : codes.success);
  }
  const command = commands[second.toUpperCase()];
  if (!command || args.length !== 2) return exit(codes.invalidCommand);
  if (first !== card.password) return exit(codes.internalError);
  if (command.when?.(card) === false) return exit(codes.notHere);
  card.setNextBoot(command.nextBootFrozen);
  // The session that gave the command may not live to see the answer.
  if (command.restarts) void machine.restart();
  return exit(codes.success);
});
