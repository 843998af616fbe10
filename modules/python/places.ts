/** Where Python is on an exam PC: in one of a few well-known folders, the same for every account and every script. */
import { onMachine } from '../../src/core/undo.ts';

/** Where it is installed on a PC that has none: short, and without a space that some script forgets to quote. */
export const home = 'C:\\Python37';
/** Where it is managed: ours, and the one that python.org's installer proposes for all users, so the most usual one in a school. */
export const homes: readonly string[] = [home, 'C:\\Program Files\\Python37'];

export const interpreterOf = (folder: string): string =>
  folder.startsWith('/') ? `${folder}/bin/python` : `${folder}\\python.exe`;
/** The exam's environment on a Linux PC. */
export const linuxHome = '/opt/examsite/python';
/** The managed folder that a registered python.exe is in; undefined: another place. */
export const homeOf = (executable: string): string | undefined =>
  homes.find((folder) => interpreterOf(folder).toLowerCase() === executable.toLowerCase());

/**
 * What of Anaconda is ours: L3's packages in a folder of their own, which goes with Anaconda and without it is gone; and a line that makes its
 * Python look there before its own site-packages (docs.python.org, library/site: a line of a .pth file that begins with `import` is run).
 */
export const examFolder = (home: string): string => `${home}\\examsite`;
export const examSite = (home: string): string => `${examFolder(home)}\\Lib\\site-packages`;
export const pathFile = (home: string): string => `${home}\\Lib\\site-packages\\examsite.pth`;
export const pathLine = (home: string): string =>
  `import sys; p = r'${examSite(home)}'; p in sys.path or sys.path.insert(next((i for i, e in enumerate(sys.path) if e.lower().endswith('site-packages')), len(sys.path)), p)\r\n`;
/** What conda puts on PATH for an environment, with our scripts (scrapy.exe) in front. */
export const pathFolders = (home: string): readonly string[] => [
  `${examFolder(home)}\\Scripts`,
  ...['', '\\Library\\mingw-w64\\bin', '\\Library\\usr\\bin', '\\Library\\bin', '\\Scripts'].map(
    (folder) => home + folder,
  ),
];
/** Without it a folder is no environment of conda's, whatever python.exe lies there. */
export const condaHistory = (home: string): string => `${home}\\conda-meta\\history`;

export const staged = (file: string): string => onMachine('windows', 'pkg', file);
export const wheelhouse = staged('wheels');
export const lockFile = staged('lock.txt');

/** PEP 514: registered interpreters, 64-bit and 32-bit ones, for all users. */
export const registered = 'HKLM\\SOFTWARE\\Python\\PythonCore';
export const registered32 = 'HKLM\\SOFTWARE\\WOW6432Node\\Python\\PythonCore';
