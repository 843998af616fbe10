/** uwfmgr.exe of the Unified Write Filter. What it changes holds from the next restart on (windows-facts 4); its WMI class is in pc/cim.ts. */
import type { Card } from '../pc/machine.ts';
import { atOnce, exit, lines } from './exit.ts';

function config({ frozen, nextBootFrozen }: Card): string {
  const state = (enabled: boolean): string => `    Filter state:     ${enabled ? 'ON' : 'OFF'}`;
  return lines('Current Session Settings', state(frozen), '', 'Next Session Settings', state(nextBootFrozen));
}

export const uwfmgr = atOnce(({ machine, args }) => {
  const { card } = machine;
  const command = args.join(' ').toLowerCase();
  if (card.kind !== 'uwf') return exit(1, lines('Unified Write Filter is not installed.'));
  if (command === 'get-config') return exit(0, config(card));
  if (command === 'filter restart') void machine.restart();
  else if (command === 'filter enable' || command === 'filter disable') card.setNextBoot(command === 'filter enable');
  else return exit(1, lines(`Unknown command: ${args.join(' ')}`));
  return exit(0, lines('Unified Write Filter will be changed on the next system restart.'));
});
