import { once } from 'node:events';
import { createServer } from 'node:net';
import { dial } from '../hosts/dial.ts';

/**
 * A TCP port that is free now where an address of the simulated LAN really is.
 *
 * @param wanted taken if it is free
 */
export async function freePort(lanAddress: string, wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, dial('lab', lanAddress));
  try {
    await once(server, 'listening');
  } catch (error) {
    if (wanted === 0) throw error;
    return freePort(lanAddress);
  }
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('expected a TCP address');
  return bound.port;
}
