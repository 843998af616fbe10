/** where.exe: files of a name in the folders of PATH. */
import { atOnce, exit, lines } from './exit.ts';

const extensions = ['', '.exe', '.com', '.cmd', '.bat'];

export const where = atOnce(({ machine, args }) => {
  const names = args.filter((arg) => !arg.startsWith('/'));
  const found = names.flatMap((name) =>
    machine.path().flatMap((folder) => {
      const base = folder.replace(/\\+$/, '');
      return extensions.map((extension) => `${base}\\${name}${extension}`).filter((file) => machine.files.read(file));
    }),
  );
  if (found.length > 0) return exit(0, lines(...new Set(found)));
  return exit(1, '', lines('INFO: Could not find files for the given pattern(s).'));
});
