/** A primitive's behaviour as data: what was there, what is asked, what comes back. */
import { expect } from 'vitest';
import type { Call, ErrorCode, StepResult } from '../../../core/primitives.ts';
import type { MachineOptions } from '../create.ts';
import { simulatedPc } from '../../testing.ts';
import type { Pc } from '../pc.ts';
import { perform } from './perform.ts';

export const mac = '02:00:00:00:00:01';

export interface Case {
  readonly name: string;
  readonly machine?: Partial<MachineOptions>;
  readonly before?: readonly Call[];
  readonly call: Call;
  readonly gives?: unknown;
  readonly refuses?: ErrorCode;
  /** How many changes the journal counts for the call itself. */
  readonly writes?: number;
}

export const asSsh = (machine: Pc, call: Call): Promise<StepResult> =>
  machine.journal.act('ssh', () => perform(machine, call));

export async function check({ machine: options, before = [], call, gives, refuses, writes }: Case): Promise<void> {
  const { machine } = await simulatedPc({ mac, ...options });
  for (const one of before) expect(await asSsh(machine, one)).not.toHaveProperty('error');
  const written = machine.journal.writes;
  const result = await asSsh(machine, call);
  if (refuses) expect(result).toMatchObject({ error: { code: refuses } });
  else expect(result).toMatchObject({ ok: gives });
  if (writes !== undefined) expect(machine.journal.writes - written).toBe(writes);
}
