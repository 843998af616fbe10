/** `node linux-depot.ts DIR LOCK ADDRESS`: the depot as a process of its own, so that it can be in another network namespace. */
import { readLock } from '../src/depot/read.ts';
import { serveDepot } from '../src/depot/serve.ts';

const [dir = '', lock = '', host = ''] = process.argv.slice(2);
await serveDepot({ dir, lock: await readLock(lock), host, port: 8080 });
