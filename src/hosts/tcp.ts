/** A TCP connection with a deadline of its own, because the kernel's is two minutes. */
import { Socket } from 'node:net';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** @throws the socket's error (`code` ECONNREFUSED, EHOSTUNREACH, …; ETIMEDOUT at the deadline). */
export function openTcp({ address, port }: Endpoint, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = new Socket();
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket
      .once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      })
      .connect(port, address, () => {
        clearTimeout(timer);
        // Whoever has the socket may not listen yet when the other side resets it; `errored` tells.
        socket.removeAllListeners('error').on('error', () => undefined);
        // Requests are small and each waits for its answer: Nagle would add up to 40 ms to every one.
        socket.setNoDelay(true);
        resolve(socket);
      });
  });
}

/** `ECONNREFUSED`, or the message of an error that has no code. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
