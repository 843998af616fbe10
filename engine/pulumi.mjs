/** The Pulumi engine: found on this machine, else fetched, else built. The first way that gives a working one wins. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cached, cacheFolder } from './cache.mjs';
import { findCommand, isProgram, run } from './command.mjs';
import { environment } from './environment.mjs';
import { broken, no, none, say, SetupError, tooOld } from './language.mjs';
import { lineProgress, terminalProgress, waiting } from './progress.mjs';
import { buildWithGo, goToInstall } from './pulumi-go.mjs';
import { fetchWithNpm } from './pulumi-npm.mjs';
import { findVersion, isAtLeast, pulumiVersion } from './versions.mjs';

/**
 * @typedef {object} Engine
 * @property {string} folder holds `pulumi`; goes first on PATH (`environment`)
 * @property {string} version `3.259.0`
 * @property {'path' | 'npm' | 'go'} source where it comes from
 */

const exe = process.platform === 'win32' ? '.exe' : '';
const cli = `pulumi${exe}`;
const languageHost = `pulumi-language-nodejs${exe}`;

/**
 * @param {(line: string) => void} [line] is told what is being done, every 15 seconds while it lasts; default: a line on stderr
 * @returns {Promise<Engine>}
 * @throws {SetupError} SET003, with every way that was tried and why it gave none
 */
export async function ensurePulumi(line) {
  const progress = line ? lineProgress(line) : terminalProgress();
  /** @type {string[]} */
  const tried = [];
  for (const [name, way] of ways(progress)) {
    try {
      return await way();
    } catch (error) {
      tried.push(`${say(name)}: ${/** @type {Error} */ (error).message}`);
    }
  }
  throw noEngine(tried);
}

/**
 * What is there already comes before what must be fetched; within that, the order of the decision: PATH, npm, Go.
 * @param {import('./progress.mjs').Progress} progress
 * @returns {[name: import('./language.mjs').Text, way: () => Promise<Engine>][]} a way throws when it gives no engine, saying why
 */
function ways(progress) {
  return [
    [{ zh: 'PATH 中的 pulumi', en: 'pulumi on PATH' }, onPath],
    [{ zh: 'npm 的 pulumi 包已下载的', en: 'what the npm package pulumi has downloaded' }, fromNpm],
    [{ zh: '以前编译的', en: 'built earlier' }, builtEarlier],
    [{ zh: 'npm 的 pulumi 包', en: 'the npm package pulumi' }, () => fetchWithNpm(progress).then(fromNpm)],
    [{ zh: '从 Go 模块编译', en: 'built from Go modules' }, () => build(progress)],
  ];
}

/** @returns {Promise<Engine>} */
async function onPath() {
  const file = findCommand('pulumi');
  if (!file) return no(none('PATH'));
  if (/\.(js|cmd)$/.test(fs.realpathSync(file))) {
    return no({ zh: `${file} 是 npm 包的下载脚本`, en: `${file} is the npm package's script, which downloads` });
  }
  const { output, problem } = await run(file, ['version'], { env: environment(), timeoutSec: 20 });
  const version = findVersion(output);
  if (problem || !version) return no(broken(file, problem || output));
  if (!isAtLeast(version, pulumiVersion)) return no(tooOld(file, version, pulumiVersion));
  // The engine itself looks for it in these two places.
  if (!isProgram(path.join(path.dirname(file), languageHost)) && !findCommand('pulumi-language-nodejs')) {
    return no({ zh: `${file} 旁边没有 ${languageHost}`, en: `${file} is without ${languageHost}` });
  }
  return { folder: path.dirname(file), version, source: 'path' };
}

/**
 * Where the npm package (and Pulumi's Automation API) puts the engines it downloads.
 * @returns {Promise<Engine>}
 */
async function fromNpm() {
  const versions = path.join(process.env.PULUMI_HOME || path.join(os.homedir(), '.pulumi'), 'versions');
  for (const name of fs.existsSync(versions) ? fs.readdirSync(versions) : []) {
    const version = findVersion(name);
    const folder = path.join(versions, name, 'bin');
    if (version && isAtLeast(version, pulumiVersion) && isWhole(folder)) return { folder, version, source: 'npm' };
  }
  return no(none(versions));
}

const builtName = `pulumi-${pulumiVersion}`;

/** @returns {Promise<Engine>} */
async function builtEarlier() {
  const folder = path.join(cacheFolder(), builtName);
  return isWhole(folder) ? { folder, version: pulumiVersion, source: 'go' } : no(none(folder));
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<Engine>}
 */
async function build(progress) {
  const fill = async (/** @type {string} */ folder) => {
    await buildWithGo(folder, progress);
    const file = path.join(folder, cli);
    const { output, problem } = await run(file, ['version'], { env: environment(), timeoutSec: 60 });
    if (findVersion(output) !== pulumiVersion) no(broken(file, problem || output));
  };
  return { folder: await cached(builtName, isWhole, fill, waiting(progress)), version: pulumiVersion, source: 'go' };
}

/** @param {string} folder */
const isWhole = (folder) => isProgram(path.join(folder, cli)) && isProgram(path.join(folder, languageHost));

/** @param {string[]} tried */
function noEngine(tried) {
  return new SetupError({
    expected: { zh: `Pulumi 引擎 ${pulumiVersion} 或更新`, en: `a Pulumi engine ${pulumiVersion} or newer` },
    got: [say({ zh: '没有', en: 'none' }), ...tried.map((line) => `  - ${line}`), ''].join('\n'),
    fix: {
      zh: `请安装 Go ${goToInstall} 或更新（https://go.dev/dl）后重试，或者安装 Pulumi（https://www.pulumi.com/docs/install）并放进 PATH`,
      en: `install Go ${goToInstall} or newer (https://go.dev/dl) and try again, or put Pulumi (https://www.pulumi.com/docs/install) on PATH`,
    },
    code: 'SET003',
  });
}
