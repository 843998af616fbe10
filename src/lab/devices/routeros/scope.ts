/** Variables of a script; what is declared in braces ends with them. */
import type { Value } from './values.ts';

export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  declare(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  get(name: string): Value {
    return this.#values.get(name) ?? this.#outer?.get(name) ?? null;
  }

  set(name: string, value: Value): void {
    if (this.#values.has(name) || this.#outer === undefined) this.#values.set(name, value);
    else this.#outer.set(name, value);
  }
}
