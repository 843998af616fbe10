/**
 * The agent channel on Linux: a bootstrap of one line reads the agent's source from standard input and hands the rest of the stream to it.
 *
 *     <base64 of agent.py>       start_agent(<SHA-256 of what arrived>)   → @@{"hello":{…}}
 *     {"id":1,"calls":[…]}                                                → @@{"id":1,"results":[…]}
 *
 * The source must define `start_agent(sha256)`, which prints the hello and then serves one request a line from `sys.stdin` until it ends
 * (from that object and not from its file descriptor: the reader may already hold the first requests).
 */
import type { Channel } from '../channel.ts';

// -I -S: the standard library alone. What else is installed on a machine, or in its owner's environment, neither slows its start nor gets a
// word in what it does.
// No single quote and no exclamation mark in it: it is one word for every login shell, csh and fish included.
const bootstrap = [
  'import base64,hashlib,sys',
  's=base64.b64decode(sys.stdin.readline())',
  'g={"__name__":"agent"}',
  'exec(compile(s,"agent.py","exec"),g)',
  'g["start_agent"](hashlib.sha256(s).hexdigest())',
].join(';');

export const linuxChannel: Channel = {
  command: `exec python3 -I -S -u -c '${bootstrap}'`,
  opening: (source) => `${source.toString('base64')}\n`,
  request: (json) => `${json}\n`,
};
