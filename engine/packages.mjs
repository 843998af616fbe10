/** The npm packages of the clone: installed when they are missing or not those of package-lock.json. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './command.mjs';
import { SetupError } from './language.mjs';
import { withLock } from './lock.mjs';
import { during, terminalProgress, waiting } from './progress.mjs';

/** The clone. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} clone
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<boolean>} whether anything had to be installed
 */
export async function ensurePackages(clone = root, progress = terminalProgress()) {
  if (areInstalled(clone)) return false;
  // Not in node_modules: `npm ci` begins by deleting that.
  const lock = path.join(clone, '.examsite', 'packages.lock');
  return withLock(lock, () => install(clone, progress), waiting(progress));
}

/**
 * Compares with npm's own record of what it installed, which npm writes last; so a killed install counts as none, and `npm install` by hand
 * needs no second install here.
 * @param {string} clone
 */
export function areInstalled(clone) {
  const wanted = lockedPackages(path.join(clone, 'package-lock.json'));
  // Installed as a dependency of something else: npm has seen to the packages, and there is no lock file.
  if (!wanted) return true;
  const present = lockedPackages(path.join(clone, 'node_modules', '.package-lock.json'));
  if (!present) return false;
  return Object.entries(wanted).every(([place, { version, integrity, optional }]) => {
    // What is optional may be for another platform.
    if (place === '' || (optional && !present[place])) return true;
    return present[place]?.version === version && present[place]?.integrity === integrity;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} clone
 * @param {import('./progress.mjs').Progress} progress
 */
async function install(clone, progress) {
  if (areInstalled(clone)) return false;
  const what = { zh: '安装 npm 依赖包', en: 'installing the npm packages' };
  await during(progress, what, { zh: '一分钟', en: 'about a minute' }, async () => {
    // Also where NODE_ENV=production would leave out what the tests need: the same clone, the same packages, everywhere.
    const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, output, problem } = await npm(args, { cwd: clone, timeoutSec: 900 });
    if (code !== 0) throw packagesError(output || problem);
  });
  return true;
}

/** @param {string} output */
function packagesError(output) {
  return new SetupError({
    expected: { zh: '`npm ci` 成功', en: '`npm ci` to succeed' },
    got: output.trim(),
    fix: {
      zh: '检查能否访问 npm 源（`npm ping`），或者在能上网的电脑上运行 `npm ci` 后把 node_modules 拷贝过来',
      en: 'see that the npm registry answers (`npm ping`), or run `npm ci` where it does and copy node_modules',
    },
    code: 'SET001',
  });
}
