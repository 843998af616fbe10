/** What every PC of a room is asked to reach: the whitelist of this cycle, and the places that must be closed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { wantedCertificates } from '../../modules/exam-ca/wanted.ts';
import { whitelistProbe } from '../../modules/whitelist-probe/module.ts';
import { probesOf } from '../../modules/whitelist-probe/probes.ts';
import { targets, type Targets } from '../../modules/whitelist-probe/schema.ts';
import { UserError } from '../core/errors.ts';
import { packageRoot, type Home } from '../core/home.ts';
import type { AnyModule } from '../core/module.ts';
import { toProblem } from '../inventory/fault.ts';
import type { Room } from '../inventory/schema.ts';
import { shapeFaults } from '../inventory/shape.ts';
import { readYaml } from '../inventory/yaml-source.ts';
import type { Whitelist } from '../whitelist/file.ts';
import { askedOf } from '../whitelist/sample.ts';

export interface SeatProbe {
  readonly module: AnyModule;
  readonly desired: unknown;
}

/**
 * @returns undefined without a whitelist: then nothing is known of what may be reached
 * @throws UserError for a faulty probes.yaml, and where TLS is to be opened and there is no authority for it
 */
export async function seatProbe(
  home: Home,
  room: Room,
  whitelist: Whitelist | undefined,
): Promise<SeatProbe | undefined> {
  if (whitelist === undefined) return undefined;
  const [dns] = room.network.dns;
  const [authority] = wantedCertificates(home, whitelist);
  const desired = whitelistProbe.desired.parse({
    dns,
    ...askedOf(whitelist),
    authority: authority?.der ?? null,
    targets: loadTargets(home),
  });
  // The bytes are the same for every PC: made before the first is asked, so that none waits for them.
  await probesOf(desired);
  return { module: whitelistProbe, desired };
}

/** What a site leaves out of inventories/probes.yaml is as in the handbook. @throws UserError with every fault of that file */
export function loadTargets(home: Home): Targets {
  const usual = targets.parse(parse(readFileSync(path.join(packageRoot, 'handbook', 'probes.yaml'), 'utf8')));
  const source = readYaml(home, path.join(home.inventories, 'probes.yaml'));
  if (source === undefined) return usual;
  if (source.problems.length > 0) throw new UserError(source.problems);
  const faults = shapeFaults(targets.partial(), source.value).map((fault) => toProblem(fault, source.where));
  if (faults.length > 0) throw new UserError(faults);
  return targets.parse({ ...usual, ...targets.partial().parse(source.value) });
}
