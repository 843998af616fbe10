/**
 * HTTP with JSON over the lab's socket.
 *
 *     GET  /status                                  LabStatus
 *     GET  /pcs/r301-s07/journal                    { writes, events }
 *     POST /do     { seat, action, args }           LabStatus
 *     POST /reset  { seat }                         LabStatus     seat `all`: every one
 *     POST /router { way, … }                      LabStatus
 *     POST /stop                                    {}
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import { act } from '../actions.ts';
import type { Lab } from '../lab.ts';
import { wayOut } from '../outside/router.ts';
import type { Pc } from '../pc/pc.ts';
import { labStatus } from './status.ts';

const doing = z.strictObject({ seat: z.string(), action: z.string(), args: z.array(z.string()) });
const resetting = z.strictObject({ seat: z.string() });

type Handler = (lab: Lab, body: unknown, name: string) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  'GET /status': labStatus,
  'GET /pcs/*/journal': (lab, _body, name) => lab.pc(name).journal,
  'POST /do': async (lab, body) => {
    const { seat, action, args } = doing.parse(body);
    await Promise.all(chosen(lab, seat).map((pc) => act(pc, action, args)));
    return labStatus(lab);
  },
  'POST /router': (lab, body) => {
    lab.way = wayOut.parse(body);
    return labStatus(lab);
  },
  'POST /reset': async (lab, body) => {
    for (const pc of chosen(lab, resetting.parse(body).seat)) await lab.reset(pc.name);
    return labStatus(lab);
  },
};

/** `all`, `r301-s07`, or `07` for short. */
function chosen(lab: Lab, seat: string): Pc[] {
  if (seat === 'all') return lab.pcs;
  const name = /^\d+$/.test(seat) ? `r${lab.plan.room.room.toLowerCase()}-s${seat.padStart(2, '0')}` : seat;
  return [lab.pc(name)];
}

export interface Control {
  close(): Promise<void>;
}

/** @param onStop called after the answer to /stop has left */
export async function serveControl(lab: Lab, socket: string, onStop: () => void): Promise<Control> {
  const server = createServer((request, response) => {
    void answer(lab, request).then(({ status, value }) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(value), () => {
        if (request.url === '/stop' && request.method === 'POST') onStop();
      });
    });
  });
  // A socket file that a killed daemon left behind; the caller has made sure that nobody listens on it.
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  await listen(server, socket);
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, socket: string): Promise<void> {
  const before = process.umask(0o077);
  try {
    server.listen(socket);
    await once(server, 'listening');
  } finally {
    process.umask(before);
  }
}

async function answer(lab: Lab, request: IncomingMessage): Promise<{ status: number; value: unknown }> {
  const [, folder = '', name = '', rest] = (request.url ?? '').split('/');
  const route = `${request.method ?? ''} /${rest === undefined ? folder : `${folder}/*/${rest}`}`;
  if (route === 'POST /stop') return { status: 200, value: {} };
  const handler = Object.hasOwn(handlers, route) ? handlers[route] : undefined;
  if (!handler) return { status: 404, value: { error: `no such thing: ${route}` } };
  try {
    return { status: 200, value: await handler(lab, await bodyOf(request), decodeURIComponent(name)) };
  } catch (error) {
    // What a person asked for in vain; anything else is a fault of the lab.
    const asked =
      error instanceof RangeError ||
      error instanceof z.ZodError ||
      (error instanceof Error && error.name === 'Refusal');
    return { status: asked ? 400 : 500, value: { error: error instanceof Error ? error.message : String(error) } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
