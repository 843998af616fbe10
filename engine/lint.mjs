/** `npm run lint`: all of them, whatever the first says, so that everything can be mended in one go. */
import { linters } from './linters.mjs';
import { environment } from './environment.mjs';
import { ensureNode } from './node.mjs';
import { ensurePackages, root } from './packages.mjs';
import { inTerminal, withSetup } from './terminal.mjs';

await withSetup(async () => {
  await ensurePackages();
  const node = await ensureNode();
  for (const args of Object.values(linters)) {
    const { code } = await inTerminal(node, args, environment({ node }), root);
    if (code !== 0) process.exitCode = 1;
  }
});
