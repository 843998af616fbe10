/** Where Anaconda is on an exam PC: two modules have to agree on it, the one that installs it and the one that uses its Python. */

/** Where it is installed on a PC that has none. Its installer takes a folder only without quotes: none with a blank in its name. */
export const anacondaHome = 'C:\\Anaconda3';
/** Where it is accepted: ours, and the one that its installer proposes for all users. */
export const anacondaHomes: readonly string[] = [anacondaHome, 'C:\\ProgramData\\Anaconda3'];
