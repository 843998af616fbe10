/**
 * Run inside the stand-in internet's namespace: every name on one address, by HTTP and HTTPS, and something that answers on other ports. What
 * reaches it is printed, a JSON line each: that, and not what a client believes, is the evidence of a leak.
 */
import dgram from 'node:dgram';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import tls from 'node:tls';

const [cert = '', key = '', ...others] = process.argv.slice(2, 8).map((file) => readFileSync(file, 'utf8'));
const quiet = process.argv[8] === 'quiet';

/** Servers that are not who they say that they are: `misnamed.…` has another's certificate, `untrusted.…` one that nobody trusts. */
const [misnamed, untrusted] = [others.slice(0, 2), others.slice(2)].map(([theirs = '', theirKey = '']) =>
  tls.createSecureContext({ cert: theirs, key: theirKey }),
);
const certified: https.ServerOptions = {
  ...{ cert, key, keepAliveTimeout: 60_000 },
  SNICallback: (name, done) => {
    done(null, name.startsWith('misnamed.') ? misnamed : name.startsWith('untrusted.') ? untrusted : undefined);
  },
};

/** What arrived, as `src/…/internet.ts` reads it. */
const tell = ({ kind, ...more }: { readonly kind: string; readonly [about: string]: unknown }): void => {
  if (!quiet || kind === 'ready') process.stdout.write(`${JSON.stringify({ kind, ...more })}\n`);
};

function site(kind: 'http' | 'https') {
  return (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const { host = '' } = request.headers;
    const sni = 'servername' in request.socket ? String(request.socket.servername) : '';
    tell({ kind, host, sni, path: request.url, port: request.socket.localPort, to: request.socket.localAddress });
    if (request.url === '/slow') return slowly(response);
    response.end(`this is ${host}${request.url ?? ''}\n`);
  };
}

/** A download that lasts: a byte every 20 ms, until the client goes. */
function slowly(response: http.ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 20);
  response.on('close', () => clearInterval(timer));
}

const listening: Promise<unknown>[] = [];
const listen = (server: net.Server, port: number): void => {
  listening.push(new Promise((resolve) => server.listen(port, '0.0.0.0', () => resolve(undefined))));
};

for (const port of [80, 8080])
  listen(
    http.createServer({ keepAliveTimeout: 60_000 }, site('http')).on('connect', refuse).on('upgrade', refuse),
    port,
  );
for (const port of [443, 8443])
  listen(
    https
      .createServer(certified, site('https'))
      .on('connect', refuse)
      .on('upgrade', refuse)
      .on('secureConnection', ({ servername }) => {
        // Many sites at one address refuse who does not say which of them is meant.
        if (!servername) tell({ kind: 'tls', port });
      }),
    port,
  );
for (const port of [22, 25, 853, 9001])
  listen(
    net.createServer((socket) => raw(socket, port)),
    port,
  );
// A datagram is answered from the address that it came to.
const here = Object.values(networkInterfaces()).flatMap((some) =>
  (some ?? []).filter(({ family }) => family === 'IPv4'),
);
for (const { address } of here) for (const port of [123, 443, 1194, 9001]) echo(address, port);

function echo(address: string, port: number): void {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (data, from) => {
    tell({ kind: 'udp', port, data: data.toString('latin1') });
    socket.send(data, from.port, from.address);
  });
  listening.push(new Promise((resolve) => socket.bind(port, address, () => resolve(undefined))));
}

function raw(socket: net.Socket, port: number): void {
  tell({ kind: 'tcp', port });
  socket.on('error', () => undefined).pipe(socket);
}
function refuse(_request: http.IncomingMessage, socket: { end: () => void }): void {
  tell({ kind: 'connect' });
  socket.end();
}

await Promise.all(listening);
tell({ kind: 'ready' });
