/** `npm test [-- PATH …]`: everything the tests need, then vitest, then one line with the figures. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { environment } from './environment.mjs';
import { SetupError } from './language.mjs';
import { ensureNode } from './node.mjs';
import { ensurePackages, root } from './packages.mjs';
import { ensurePulumi } from './pulumi.mjs';
import { endAs, inTerminal, withSetup } from './terminal.mjs';

await withSetup(async () => {
  await ensurePackages();
  const node = await ensureNode();
  const engine = await engineOrRemark();
  const file = path.join(os.tmpdir(), `examsite-test-${crypto.randomUUID()}.json`);
  const env = { ...environment({ node, engine }), EXAMSITE_TEST_RESULT: file };
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const ending = await inTerminal(node, [vitest, 'run', ...process.argv.slice(2)], env, root);
  const result = take(file);
  printResult(result);
  const good = ending.code === 0 && result.failed === 0 && result.passed > 0;
  endAs(good || ending.code !== 0 ? ending : { code: 1, signal: null });
});

/** Most tests do without an engine, so those can still be run; the others say what they miss (test/tools.ts). */
async function engineOrRemark() {
  try {
    return await ensurePulumi();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/**
 * @param {string} file
 * @returns {import('./test-result.mjs').Result} one failure when vitest ended before it could say anything
 */
function take(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** @param {import('./test-result.mjs').Result} result */
function printResult({ passed, failed, skipped, skippedNames }) {
  for (const name of skippedNames) console.log(`skipped: ${name}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}
