/** `examsite preview | up | refresh | destroy --room 301`, or `--site` */
import type { Command } from 'commander';
import type { WantedCertificate } from '../../../modules/exam-ca/schema.ts';
import { wantedCertificates } from '../../../modules/exam-ca/wanted.ts';
import { seatModules } from '../../../modules/seat.ts';
import { siteDevices } from '../../hosts/enrolled.ts';
import { agentCommands } from '../../hosts/install.ts';
import { loadRoom } from '../../inventory/load.ts';
import { stepsOf } from '../../inventory/steps.ts';
import { seatsOf } from '../../inventory/schema.ts';
import type { Io } from '../io.ts';
import { operate, type Kind, type OperationResult } from '../operation.ts';
import { operationText } from '../operation-text.ts';
import { openStack } from '../stack.ts';
import { targetOf, withTarget, type TargetFlags } from '../target.ts';
import type { Home } from '../../core/home.ts';
import { devicesOf } from '../devices.ts';

const about: Record<Kind, string> = {
  preview: 'show what up would change; nothing is written to any PC',
  up: 'make every PC of the room as its inventory and level say',
  refresh: 'look at every PC and bring the state up to date',
  destroy: 'undo on every PC what examsite did there',
};

const command =
  (kind: Kind) =>
  (program: Command, io: Io): void => {
    const made = withTarget(program.command(kind).description(about[kind]));
    // A room drifts between exams, so both look first; --no-refresh trusts the state instead.
    if (kind === 'up' || kind === 'preview') {
      made.option('--refresh', 'look at every PC first (default)').option('--no-refresh', 'trust the state');
    }
    made.action(async (options: TargetFlags & { refresh?: boolean }) => {
      const result = await runOperation(io, kind, targetOf(options), options.refresh ?? true);
      io.print(operationText(result, io.lang));
      io.result(result);
      if (!succeeded(result)) process.exitCode = 1;
    });
  };

export const previewCommand = command('preview');
export const upCommand = command('up');
export const refreshCommand = command('refresh');
export const destroyCommand = command('destroy');

export const succeeded = ({ failures, unreachable, general }: OperationResult): boolean =>
  failures.length + unreachable.length + general.length === 0;

/** @param room its number, or `siteDevices` */
export async function runOperation(io: Io, kind: Kind, room: string, refresh: boolean): Promise<OperationResult> {
  // Read before the engine starts: a fault in an inventory is told at once, and whole.
  const total = room === siteDevices ? devices(io.home) : seats(io.home, room, certificatesOf(io.home, kind));
  const stack = await openStack(io.home, room, io.lang, (line) => io.note(line));
  return operate(stack, kind, { home: io.home, room, lang: io.lang, refresh, total });
}

/** Looking and taking back need none: what is in the state is done without the program, and must be possible without a CA. */
const certificatesOf = (home: Home, kind: Kind): WantedCertificate[] =>
  kind === 'up' || kind === 'preview' ? wantedCertificates(home) : [];

/** Resources by host name: the modules, on Windows the agent, and the site's own steps. */
function seats(home: Home, number: string, certificates: readonly WantedCertificate[]): Map<string, number> {
  const { site, room } = loadRoom(home, number);
  return new Map(
    seatsOf(room).map((seat) => {
      const modules = seatModules(site, room, seat, certificates).filter(({ checkOnly }) => checkOnly !== true);
      const agent = room.platform === 'windows' ? agentCommands.length : 0;
      return [seat.name, modules.length + agent + stepsOf(site, room, seat).length] as const;
    }),
  );
}

const devices = (home: Home): Map<string, number> => new Map(devicesOf(home).map(({ host }) => [host, 1] as const));
