/** icacls.exe: the model has no access lists, so what is granted is not recorded; a path that does not exist is refused as it is. */
import { atOnce, exit, lines } from './exit.ts';

export const icacls = atOnce(({ machine, args: [path = ''] }) => {
  const exists = machine.files.read(path) !== undefined || machine.files.isDirectory(path);
  if (!exists)
    return exit(
      2,
      lines('Successfully processed 0 files; Failed processing 1 files'),
      lines(`${path}: The system cannot find the file specified.`),
    );
  return exit(0, lines(`processed file: ${path}`, 'Successfully processed 1 files; Failed processing 0 files'));
});
