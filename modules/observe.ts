/** One look at a machine that may be refused. What was refused becomes UNKNOWN, with the reason; no answer at all stays an error. */
import { z } from 'zod';
import { CallError } from '../src/core/errors.ts';

/** `value` is null exactly where `why` says why. */
export type Observed<T> = { readonly value: T; readonly why: null } | { readonly value: null; readonly why: string };

/** @throws HostError: then nothing was seen of the machine. */
export async function observe<T>(look: Promise<T>): Promise<Observed<T>> {
  try {
    return { value: await look, why: null };
  } catch (error) {
    if (error instanceof CallError) return { value: null, why: `${error.message} [${error.code}]` };
    if (error instanceof z.ZodError) return { value: null, why: `not understood: ${z.prettifyError(error)}` };
    throw error;
  }
}
