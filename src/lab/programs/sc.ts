/** sc.exe, as far as a service is deleted; a running one is only marked for it, and goes with its process. */
import { atOnce, exit, lines } from './exit.ts';

export const sc = atOnce(({ machine, args: [verb = '', name = ''] }) => {
  if (verb.toLowerCase() !== 'delete') return exit(1639, lines('ERROR:  Unrecognized command'));
  const { exists, status } = machine.services.read(name);
  if (!exists) return exit(1060, lines('[SC] OpenService FAILED 1060:'));
  if (status === 'Running') machine.services.stop(name);
  machine.services.unregister(name);
  return exit(0, lines('[SC] DeleteService SUCCESS'));
});
