/** Where a site's files are. The home is the folder with `inventories/`; what examsite itself writes is in `.examsite/` beside it. */
import path from 'node:path';

/** The clone (or installed package): code, templates, handbook. */
export const packageRoot = path.resolve(import.meta.dirname, '../..');

export interface Home {
  readonly root: string;
  /** `inventories/site.yaml`, `inventories/room-301.yaml`, `inventories/depot.lock.yaml`. */
  readonly inventories: string;
  /** Installers and wheels, by file name. */
  readonly depot: string;
  /** Everything below is machine-written, mode 0700, and git-ignored. */
  readonly private: string;
  /** Pulumi's file backend. */
  readonly state: string;
  /** `room-301.yaml`: which machine sits at which seat, its host key and where it was last seen. */
  readonly enrolled: string;
  /** `r301-s07.json`: see Notes. */
  readonly notes: string;
  /** `id_ed25519`, `id_ed25519.pub`, `passphrase`. */
  readonly keys: string;
  readonly reports: string;
  readonly logs: string;
  readonly lab: string;
}

/** @param root default: `$EXAMSITE_HOME`, else the package's own folder. */
export function home(root: string = process.env['EXAMSITE_HOME'] ?? packageRoot): Home {
  const hidden = path.join(root, '.examsite');
  return {
    root,
    inventories: path.join(root, 'inventories'),
    depot: path.join(root, 'depot'),
    private: hidden,
    state: path.join(hidden, 'state'),
    enrolled: path.join(hidden, 'enrolled'),
    notes: path.join(hidden, 'notes'),
    keys: path.join(hidden, 'keys'),
    reports: path.join(hidden, 'reports'),
    logs: path.join(hidden, 'logs'),
    lab: path.join(hidden, 'lab'),
  };
}
