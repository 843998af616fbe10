/** Calls made in the same turn of the event loop become one batch. */
import type { Json } from '../core/finding.ts';
import type { Call } from '../core/primitives.ts';

/** A value, or what to throw at whoever made the call. */
export type Outcome = { readonly ok: Json } | { readonly thrown: Error };

interface Pending {
  readonly call: Call;
  readonly resolve: (value: Json) => void;
  readonly reject: (error: unknown) => void;
}

export class Batcher {
  readonly #send: (calls: readonly Call[]) => Promise<readonly Outcome[]>;
  #pending: Pending[] = [];

  /** @param send one outcome per call, in their order; a rejection is everybody's. */
  constructor(send: (calls: readonly Call[]) => Promise<readonly Outcome[]>) {
    this.#send = send;
  }

  add(call: Call): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ call, resolve, reject });
      // setImmediate and not a microtask: whoever awaited something that was ready in this turn still gets on board.
      if (this.#pending.length === 1) setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    try {
      const outcomes = await this.#send(batch.map(({ call }) => call));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error('fewer outcomes than calls'));
        else if ('ok' in outcome) resolve(outcome.ok);
        else reject(outcome.thrown);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
