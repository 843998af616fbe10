/** Every primitive over the model, by name. One file a family beside this one; here is only the table and the way in. */
import type { Json } from '../../../core/finding.ts';
import type { PrimitiveName } from '../../../core/host.ts';
import type { Call, Primitives, StepResult } from '../../../core/primitives.ts';
import { Refusal, toWire } from '../fault.ts';
import type { Pc } from '../pc.ts';
import { certificatePrimitives } from './certificates.ts';
import { downloads } from './download.ts';
import { exchangePrimitives } from './exchange.ts';
import { filePrimitives } from './files.ts';
import { firewallPrimitives } from './firewall.ts';
import { jobPrimitives } from './jobs.ts';
import { netPrimitives } from './net.ts';
import { processPrimitives } from './processes.ts';
import { registryPrimitives } from './registry.ts';
import { servicePrimitives } from './services.ts';
import { systemPrimitives } from './system.ts';

type Maybe<T> = T | Promise<T>;
export type Handlers<K extends PrimitiveName = PrimitiveName> = {
  readonly [N in K]: (pc: Pc, args: Primitives[N]['args']) => Maybe<Primitives[N]['value']>;
};

const handlers: Handlers = {
  ...registryPrimitives,
  ...filePrimitives,
  ...certificatePrimitives,
  ...downloads,
  ...processPrimitives,
  ...servicePrimitives,
  ...firewallPrimitives,
  ...systemPrimitives,
  ...netPrimitives,
  ...exchangePrimitives,
  ...jobPrimitives,
};

/** One call, as the agent would answer it. Never throws. */
export async function perform(pc: Pc, call: Call): Promise<StepResult> {
  try {
    if (!Object.hasOwn(handlers, call.name)) throw new Refusal('bad-request', `unknown primitive ${call.name}`);
    // The table is indexed by the name that the arguments belong to, which the compiler cannot follow through a union.
    const handler = handlers[call.name] as (pc: Pc, args: unknown) => Maybe<Json>;
    return { ok: await handler(pc, call.args) };
  } catch (error) {
    if (error instanceof RangeError) return { error: { code: 'bad-request', message: error.message } };
    return { error: toWire(error) };
  }
}
