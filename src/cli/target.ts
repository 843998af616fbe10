/** What a command works on: a room, or what serves all rooms. */
import type { Command } from 'commander';
import { UserError } from '../core/errors.ts';
import { siteDevices } from '../hosts/enrolled.ts';

export interface TargetFlags {
  readonly room?: string;
  readonly site?: true;
}

export const withTarget = (command: Command): Command =>
  command.option('--room <room>', 'a room').option('--site', 'what serves all rooms: the whitelist router');

/** @returns the room's number, or `siteDevices`. @throws UserError unless exactly one is given */
export function targetOf({ room, site }: TargetFlags): string {
  if (room !== undefined && site === undefined) return room;
  if (room === undefined && site === true) return siteDevices;
  throw new UserError([
    {
      where: '--room, --site',
      expected: { zh: '二者之一', en: 'one of the two' },
      got: site === true ? '--room --site' : 'neither',
      fix: { zh: '写 --room 301，或写 --site', en: 'write --room 301, or --site' },
      code: 'SITE003',
    },
  ]);
}
