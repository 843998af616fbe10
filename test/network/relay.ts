/** A way for this process, which is in no namespace, to a port that only a namespace reaches: each connection is carried by a program inside. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Namespaces } from './namespaces.ts';

/** Where nobody is, a connection is given up soon: what it is carried for has been told already that somebody is. */
const carry =
  'const s=require("net").connect(+process.argv[1],process.argv[2]);setTimeout(()=>s.connecting&&process.exit(1),1500).unref();s.on("error",()=>process.exit(1)).on("close",()=>process.exit(0));process.stdin.pipe(s).pipe(process.stdout)';

interface Place {
  readonly address: string;
  readonly port: number;
}

export class Relay {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(namespaces: Namespaces, from: string, to: Place, at: Place): Promise<Relay> {
    const server = createServer((socket) => {
      const args = ['-e', carry, String(to.port), to.address];
      const child = namespaces.start(from, process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
      if (child.stdin === null || child.stdout === null) throw new Error('no pipes');
      socket.pipe(child.stdin);
      child.stdout.pipe(socket);
      child.stdin.on('error', () => socket.destroy());
      socket.on('error', () => child.kill()).on('close', () => child.kill());
      child.once('exit', () => socket.destroy());
    });
    server.listen(at.port, at.address);
    await once(server, 'listening');
    return new Relay(server);
  }

  close(): void {
    this.#server.close();
  }
}
