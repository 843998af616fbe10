/** From a LAN address to what the controller connects to. */
import type { Network } from './enrolment.ts';

/** On the lab's network a.b.c.d listens on 127.b.c.d, so that a whole room fits on the loopback interface. */
export function dial(network: Network, address: string): string {
  return network === 'lab' ? address.replace(/^\d+/, '127') : address;
}
