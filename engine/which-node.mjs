/** Prints the Node that runs the clone's TypeScript, for scripts that then become it: a plugin must be the engine's own child. */
import { ensureNode } from './node.mjs';

process.stdout.write(await ensureNode());
