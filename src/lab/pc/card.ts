/** The restore card (还原卡) of a simulated PC. Kinds differ in who can switch them; what they do to the disk is the same. */
import type { Journal } from './journal.ts';
import type { Card, CardKind } from './machine.ts';

export interface CardData {
  readonly kind: CardKind;
  readonly frozen: boolean;
  readonly nextBootFrozen: boolean;
  readonly password: string | null;
  /** Restores at every n-th start only; 1 is the usual card. Such a card passes a single restart unnoticed. */
  readonly restoreEvery: number;
  /** Starts since it last restored. */
  readonly starts: number;
}

export interface CardOptions {
  readonly kind: CardKind;
  /** Default: a card protects, "none" does not. */
  readonly frozen?: boolean;
  readonly password?: string;
  readonly restoreEvery?: number;
}

interface Mountable {
  begin(frozen: boolean, restore: boolean): void;
}

export class RestoreCard implements Card {
  readonly kind: CardKind;
  readonly password: string | null;
  readonly #restoreEvery: number;
  readonly #disks: readonly Mountable[];
  readonly #journal: Journal;
  #frozen: boolean;
  #next: boolean;
  #starts: number;

  constructor(data: CardData, disks: readonly Mountable[], journal: Journal) {
    this.kind = data.kind;
    this.password = data.password;
    this.#restoreEvery = data.restoreEvery;
    this.#disks = disks;
    this.#journal = journal;
    this.#frozen = data.frozen;
    this.#next = data.nextBootFrozen;
    this.#starts = data.starts;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  get nextBootFrozen(): boolean {
    return this.#next;
  }

  setNextBoot(frozen: boolean): void {
    if (this.kind === 'none' || frozen === this.#next) return;
    this.#next = frozen;
    this.#journal.record('card', frozen ? 'freeze-next-boot' : 'thaw-next-boot', this.kind);
  }

  /** A start of the machine: restores, then protects or does not. */
  boot(): void {
    this.#starts++;
    const restore = this.#frozen && this.#starts % this.#restoreEvery === 0;
    this.#frozen = this.kind !== 'none' && this.#next;
    for (const disk of this.#disks) disk.begin(this.#frozen, restore);
  }

  /** The end of setting a PC up: from here on it protects what is there. */
  seal(frozen: boolean): void {
    this.#frozen = this.#next = this.kind !== 'none' && frozen;
    this.#starts = 0;
    for (const disk of this.#disks) disk.begin(this.#frozen, false);
  }

  toJSON(): CardData {
    return {
      kind: this.kind,
      frozen: this.#frozen,
      nextBootFrozen: this.#next,
      password: this.password,
      restoreEvery: this.#restoreEvery,
      starts: this.#starts,
    };
  }
}
