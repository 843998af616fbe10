/** For tests: a ClientHello as Node's own TLS writes it. */
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import tls from 'node:tls';

export async function helloOf(servername: string | undefined): Promise<Buffer> {
  const wire = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      this.emit('hello', chunk);
      done();
    },
  });
  const written = once(wire, 'hello');
  const socket = tls.connect({ socket: wire, ...(servername !== undefined && { servername }) });
  // Nobody answers it.
  socket.on('error', () => undefined);
  const [hello] = (await written) as [Buffer];
  socket.destroy();
  return hello;
}
