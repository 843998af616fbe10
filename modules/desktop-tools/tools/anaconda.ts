/**
 * Anaconda, whose Python is L3's interpreter. Its installer and uninstaller: conda/constructor, constructor/nsis/main.nsi.tmpl; windows-facts 6.
 * Not registered as the PC's Python (RegisterPython=0): that would take PythonCore\3.7 from the CPython of another level, or of the school; and
 * not put on PATH by itself (AddToPath=0): newer ones would not do it. modules/python puts it first on PATH, and proves that it is.
 */
import { anacondaHome, anacondaHomes } from '../../anaconda.ts';
import { step } from '../../job.ts';
import { programs } from './program.ts';
import { installed, removeSec, type Tool } from './tool.ts';

/** A quarter of an hour on an old hard disk is usual. */
const installSec = 3600;
/** L3's wheels are made for 3.7. An Anaconda with another Python stays where it is, and counts for nothing here. */
const entry = /^Anaconda3 \d{4}\.\d\d\S* \(Python 3\.7\b/;

export const anaconda: Tool = {
  product: 'anaconda',
  title: { zh: 'Anaconda（Python 3.7）', en: 'anaconda (with python 3.7)' },
  entry,
  folder: anacondaHome,
  replaces: false,
  look: (host, products) =>
    programs(
      host,
      {
        entry,
        patterns: anacondaHomes.map((home) => `${home}\\python.exe`),
        parts: {
          name: 'conda-meta\\history',
          patterns: anacondaHomes.map((home) => `${home}\\conda-meta\\history`),
        },
        version: (product) => /^Anaconda3 (\S+)/.exec(product?.name ?? '')?.[1] ?? null,
      },
      products,
    ),
  // An installation that was cut off has left a folder that is not empty, and into that it installs nothing.
  install: (installer, again) => [
    ...(again ? [step('file.delete', { path: anacondaHome })] : []),
    step('process.run', {
      exe: installer,
      args: ['/InstallationType=AllUsers', '/AddToPath=0', '/RegisterPython=0', '/S', `/D=${anacondaHome}`],
      timeoutSec: installSec,
      expectExit: [...installed],
    }),
  ],
  remove: () => [
    step('process.run', {
      exe: `${anacondaHome}\\Uninstall-Anaconda3.exe`,
      args: ['/S', `_?=${anacondaHome}`],
      timeoutSec: removeSec,
      expectExit: [...installed],
    }),
  ],
};
