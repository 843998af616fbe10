/** `node engine/run.mjs SCRIPT [ARGUMENT …]`: a script of the clone, with its packages and the Node it needs. */
import { runScript } from './terminal.mjs';

const [script, ...args] = process.argv.slice(2);
if (!script) throw new Error('usage: node engine/run.mjs SCRIPT [ARGUMENT …]');
await runScript(script, args);
