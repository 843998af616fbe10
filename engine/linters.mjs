/** What must hold before any test is worth running: `npm run lint` and `test/lint.test.ts` run these same three. */
import path from 'node:path';
import { root } from './packages.mjs';

/** @param {string} file */
const bin = (file) => path.join(root, 'node_modules', file);

/** Arguments for Node, run in the clone. */
export const linters = {
  tsc: [bin('typescript/bin/tsc'), '-p', '.'],
  eslint: [bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
  prettier: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
};
