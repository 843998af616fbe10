/** What waits for the next start of a simulated PC, kept where Windows keeps it, so that a restore card reaches it (windows-facts 9). */
import type { Files } from './files.ts';
import type { NextStart as Contract } from './machine.ts';
import { fold, normalise } from './paths.ts';
import type { Registry } from './registry.ts';

const sessionManager = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager';
const operations = 'PendingFileRenameOperations';
const current = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const servicing = `${current}\\Component Based Servicing\\RebootPending`;
const update = `${current}\\WindowsUpdate\\Auto Update\\RebootRequired`;

/** `to` is null for a file that goes. */
interface Move {
  readonly from: string;
  readonly to: string | null;
}

/** As Windows writes it: an NT path, and `!` before a target that may be replaced. */
const written = ({ from, to }: Move): string[] => [`\\??\\${from}`, to === null ? '' : `!\\??\\${to}`];
const plain = (path: string): string => normalise(path.replace(/^!?\\\?\?\\/, ''));

export class NextStart implements Contract {
  readonly #registry: Registry;
  readonly #files: Files;

  constructor(registry: Registry, files: Files) {
    this.#registry = registry;
    this.#files = files;
  }

  moves(): Move[] {
    const data = this.#registry.value(sessionManager, operations)?.data;
    const list: readonly string[] = Array.isArray(data) ? data : [];
    const moves: Move[] = [];
    for (let at = 0; at + 1 < list.length; at += 2) {
      const to = list[at + 1] ?? '';
      moves.push({ from: plain(list[at] ?? ''), to: to === '' ? null : plain(to) });
    }
    return moves;
  }

  move(from: string, to: string | null): void {
    this.#write([...this.moves(), { from: normalise(from), to: to === null ? null : normalise(to) }]);
  }

  keep(path: string): void {
    const key = fold(normalise(path));
    const all = this.moves();
    const [kept, dropped] = [
      all.filter(({ from, to }) => fold(to ?? from) !== key),
      all.filter(({ from, to }) => fold(to ?? from) === key),
    ];
    if (dropped.length === 0) return;
    for (const { from, to } of dropped) if (to !== null) this.#files.delete(from);
    this.#write(kept);
  }

  concerns(path: string): boolean {
    const key = fold(normalise(path));
    return this.moves().some(({ from, to }) => fold(to ?? from) === key);
  }

  service(): void {
    this.#registry.create(servicing);
  }

  updateWindows(): void {
    this.service();
    this.#registry.create(update);
  }

  /** What the session manager and the servicing stack do before anything else runs. */
  boot(): void {
    for (const { from, to } of this.moves()) {
      if (to === null) this.#files.delete(from);
      else if (this.#files.read(from) !== undefined) this.#files.rename(from, to);
    }
    this.#registry.set(sessionManager, operations, null);
    this.#registry.deleteKey(servicing);
    this.#registry.deleteKey(update);
  }

  #write(moves: readonly Move[]): void {
    const data = moves.flatMap(written);
    const value = data.length === 0 ? null : ({ type: 'REG_MULTI_SZ', data } as const);
    this.#registry.set(sessionManager, operations, value);
  }
}
