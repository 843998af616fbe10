/** The handbook's programs beside browser, Python and databases, and what they need of Windows. */
import { levelTools } from '../../handbook/handbook.ts';
import type { Module } from '../../src/core/module.ts';
import { levels } from '../../src/inventory/schema.ts';
import { apply } from './apply.ts';
import { plan } from './plan.ts';
import { read } from './read.ts';
import {
  desktopToolsActual,
  desktopToolsDesired,
  type DesktopToolsActual,
  type DesktopToolsDesired,
} from './schema.ts';
import { undo } from './undo.ts';
import { work } from './work.ts';

const ids = new Set(
  levels.flatMap((level) => levelTools[level].filter(({ kind }) => kind === 'desktop').map(({ id }) => `L*.${id}`)),
);

export const desktopTools: Module<DesktopToolsDesired, DesktopToolsActual> = {
  name: 'desktop-tools',
  mayWait: true,
  token: 'examsite:pc:DesktopTools',
  // L*.python as far as Anaconda is concerned (L3); P16 for the VC++ runtime, and for what another level has left.
  requirements: [...ids, 'L*.python', 'P16'],
  desired: desktopToolsDesired,
  actual: desktopToolsActual,
  read,
  plan,
  apply,
  undo,
  work,
};
