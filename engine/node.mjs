/** A Node that runs the clone's TypeScript: this one if it is new enough, else one from the npm registry, kept in the user's cache. */
import fs from 'node:fs';
import path from 'node:path';
import { cached } from './cache.mjs';
import { isProgram, npm, run } from './command.mjs';
import { SetupError } from './language.mjs';
import { during, terminalProgress, waiting } from './progress.mjs';
import { findVersion, isAtLeast, minNode, newNode } from './versions.mjs';

/**
 * @param {{ version?: string, progress?: import('./progress.mjs').Progress }} options `version` of the Node that runs this
 * @returns {Promise<string>} the executable
 */
export async function ensureNode({ version = process.versions.node, progress = terminalProgress() } = {}) {
  if (isAtLeast(findVersion(version) ?? '0.0.0', minNode)) return process.execPath;
  return fetchedNode(progress, version);
}

/**
 * The Node of the cache, whatever this machine's own is.
 * @param {import('./progress.mjs').Progress} progress
 * @param {string} [tooOld] the version that it takes the place of
 * @returns {Promise<string>} the executable
 */
export async function fetchedNode(progress, tooOld) {
  const folder = await cached(
    `node-${newNode}`,
    (whole) => isProgram(nodeIn(whole)),
    (empty) => fetchNode(empty, tooOld, progress),
    waiting(progress),
  );
  return nodeIn(folder);
}

/**
 * The package that holds the executable itself. The package `node` would fetch this same one from an install script; npm 11 runs no
 * install scripts, so it is asked for directly. (On an Apple processor its name has one more word.)
 * @param {{ platform: string, arch: string }} machine
 */
export function nodePackage({ platform, arch } = process) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** @param {string} folder */
export function nodeIn(folder) {
  return path.join(folder, 'node_modules', nodePackage(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * @param {string} folder
 * @param {string | undefined} version
 * @param {import('./progress.mjs').Progress} progress
 */
async function fetchNode(folder, version, progress) {
  const getting = { zh: `获取 Node ${newNode}`, en: `getting Node ${newNode}` };
  const what =
    version === undefined
      ? getting
      : { zh: `Node ${version} 太旧，${getting.zh}`, en: `Node ${version} is too old; ${getting.en}` };
  await during(progress, what, { zh: '半分钟（50 MB）', en: 'about half a minute (50 MB)' }, async () => {
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const wanted = `${nodePackage()}@${newNode}`;
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', wanted];
    const installed = await npm(args, { cwd: folder, timeoutSec: 900 });
    if (installed.code !== 0) throw nodeError(version, installed.output.trim() || installed.problem);
    // A binary for another C library installs well and does not start.
    const started = await run(nodeIn(folder), ['--version'], { timeoutSec: 30 });
    if (findVersion(started.output) !== newNode) throw nodeError(version, `${wanted}: ${started.problem}`);
  });
}

/**
 * @param {string | undefined} version
 * @param {string} why
 */
function nodeError(version, why) {
  return new SetupError({
    expected: { zh: `Node ${minNode} 或更新`, en: `Node ${minNode} or newer` },
    got: `Node ${version ?? '–'}; npm: ${why}`,
    fix: { zh: `请安装 Node ${newNode}（https://nodejs.org）`, en: `install Node ${newNode} (https://nodejs.org)` },
    code: 'SET002',
  });
}
