/** What the description of one tool consists of. */
import type { Text } from '../../../src/core/finding.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Call } from '../../../src/core/primitives.ts';
import { onMachine } from '../../../src/core/undo.ts';
import type { Product } from '../../products.ts';
import type { Found } from '../schema.ts';

export interface Tool {
  /** Name in the depot. */
  readonly product: string;
  /** For sentences; in English it begins in lower case. */
  readonly title: Text;
  /** Which entries of the list of programs are it. Anchored: `Python` is in many names. */
  readonly entry: RegExp;
  /** What there is of it. All calls are made at once, so that the looks of all tools share one round trip. */
  look(host: Host, products: Promise<readonly Product[]>): Promise<Found[]>;
  /** @param installer its path on the PC. @param again an installation of ours was begun here before */
  install(installer: string, again: boolean): readonly Call[];
  /** Folder that it is put into and that is nobody else's; it goes as a whole. Null: where its installer always puts it. */
  readonly folder: string | null;
  /** It takes the place of another version: what replaced a school's own is never taken away, for the PC would be left without any. */
  readonly replaces: boolean;
  /** Runs its uninstaller. */
  remove(product: Product): readonly Call[];
}

/** Installers are put here, and taken away again. ASCII without spaces: some break on anything else. */
export const staged = (file: string): string => onMachine('windows', 'pkg', file);
export const installSec = 900;
export const removeSec = 600;

/** Done; done, and a restart has been begun, or is wanted. */
export const installed = [0, 1641, 3010] as const;
