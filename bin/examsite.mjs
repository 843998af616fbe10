#!/usr/bin/env node
/** `examsite …`: sees to packages and Node, then hands over to the command line. The engine is built only by the commands that need it. */
import { runScript } from '../engine/terminal.mjs';

await runScript('src/cli/main.ts', process.argv.slice(2));
