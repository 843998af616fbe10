/**
 * `node unpack.mjs PACK FOLDER`: sets examsite up from a pack. Everything is compared with the pack's own list before the first file is written, and a
 * folder that has examsite already gets the cycle's files only: installers, wheels and their lock. What the site wrote itself is never overwritten.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cached, cacheFolder } from './cache.mjs';
import { isProgram, run } from './command.mjs';
import { say, SetupError } from './language.mjs';
import { damages, filesIn, manifestName, packFormat } from './manifest.mjs';
import { nodeIn } from './node.mjs';
import { during, terminalProgress, waiting } from './progress.mjs';
import { newNode, pulumiVersion } from './versions.mjs';

const lockName = 'inventories/depot.lock.yaml';
const hour = 3600;

/**
 * @typedef {object} Unpacked
 * @property {boolean} fresh the project is new in this folder
 * @property {string[]} kept files of the site's own that the pack has another version of
 * @property {string} version of the packed examsite
 */

/**
 * @param {string} from the pack
 * @param {string} to absent or empty, or an examsite
 * @param {import('./progress.mjs').Progress} [progress]
 * @returns {Promise<Unpacked>}
 * @throws {SetupError} SET006 no pack or another machine's, SET007 damaged, SET004 the folder has something else in it
 */
export async function unpack(from, to, progress = terminalProgress()) {
  const manifest = readManifest(from);
  const fresh = isFresh(to);
  const bad = await during(
    progress,
    { zh: '核对安装包目录', en: 'comparing the pack with its list' },
    { zh: '半分钟', en: 'half a minute' },
    () => damages(from, manifest),
  );
  if (bad.length > 0) throw damaged(from, bad);
  await during(
    progress,
    { zh: `解包到 ${to}`, en: `unpacking into ${to}` },
    { zh: '一分钟', en: 'about a minute' },
    async () => {
      await putPrograms(path.join(from, 'programs'), progress);
      if (fresh) await putProject(from, to);
    },
  );
  const kept = fresh ? [] : putSite(path.join(from, 'site'), to);
  return { fresh, kept, version: manifest.version };
}

/**
 * @param {string} from
 * @returns {import('./manifest.mjs').Manifest}
 */
function readManifest(from) {
  const file = path.join(from, manifestName);
  const wanted = `examsite ${process.platform} ${process.arch}`;
  /** @param {string} got */
  const wrong = (got) =>
    new SetupError({
      expected: { zh: `${from} 是 ${wanted} 的安装包目录`, en: `${from} to be a pack for ${wanted}` },
      got,
      fix: { zh: '在同类电脑上用 examsite depot pack 打包', en: 'pack it with examsite depot pack on such a machine' },
      code: 'SET006',
    });
  if (!fs.existsSync(file)) throw wrong(`no ${manifestName}`);
  /** @type {import('./manifest.mjs').Manifest} */
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (manifest.format !== packFormat) throw wrong(`format ${manifest.format}`);
  const { platform, arch } = manifest;
  if (platform !== process.platform || arch !== process.arch) throw wrong(`examsite ${platform} ${arch}`);
  return manifest;
}

/**
 * @param {string} to
 * @returns {boolean} whether there is nothing yet
 */
function isFresh(to) {
  if (!fs.existsSync(to) || fs.readdirSync(to).length === 0) return true;
  const file = path.join(to, 'package.json');
  const name = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).name : undefined;
  if (name === 'examsite' || fs.existsSync(path.join(to, 'inventories'))) return false;
  throw new SetupError({
    expected: { zh: `${to} 为空，或者是 examsite`, en: `${to} to be empty, or an examsite` },
    got: `${fs.readdirSync(to).length} entries`,
    fix: { zh: '换一个文件夹', en: 'name another folder' },
    code: 'SET004',
  });
}

/** @param {string} from @param {readonly string[]} bad */
const damaged = (from, bad) =>
  new SetupError({
    expected: { zh: `${from} 与打包时相同`, en: `${from} as it was packed` },
    got: ['', ...bad.map((line) => `  - ${line}`), ''].join('\n'),
    fix: { zh: '重新拷贝；什么也没有写入', en: 'copy it again; nothing was written' },
    code: 'SET007',
  });

/**
 * Into the user's cache, where set-up finds them.
 * @param {string} from
 * @param {import('./progress.mjs').Progress} progress
 */
async function putPrograms(from, progress) {
  fs.mkdirSync(cacheFolder(), { recursive: true });
  const put = (/** @type {string} */ source, /** @type {string} */ place) => {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.copyFileSync(source, place);
    fs.chmodSync(place, 0o755);
  };
  const node = path.join(from, path.basename(nodeIn('')));
  await cached(
    `node-${newNode}`,
    (folder) => isProgram(nodeIn(folder)),
    async (folder) => put(node, nodeIn(folder)),
    waiting(progress),
  );
  const engine = path.join(from, `pulumi-${pulumiVersion}`);
  const programs = fs.readdirSync(engine);
  await cached(
    `pulumi-${pulumiVersion}`,
    (folder) => programs.every((name) => isProgram(path.join(folder, name))),
    async (folder) => programs.forEach((name) => put(path.join(engine, name), path.join(folder, name))),
    waiting(progress),
  );
}

/**
 * Beside its place, and renamed at the end: killed in the middle it leaves no half of an examsite.
 * @param {string} from
 * @param {string} to
 */
async function putProject(from, to) {
  const temporary = `${path.resolve(to)}.tmp-${process.pid}`;
  try {
    fs.mkdirSync(temporary, { recursive: true });
    const archive = path.join(from, 'project.tar');
    const { code, problem } = await run('tar', ['-xf', archive, '-C', temporary], { timeoutSec: hour });
    if (code !== 0) throw new Error(`tar: ${problem}`);
    putSite(path.join(from, 'site'), temporary);
    fs.rmSync(to, { recursive: true, force: true });
    fs.renameSync(temporary, to);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {string[]} what was left as it is
 */
function putSite(from, to) {
  if (!fs.existsSync(from)) return [];
  /** @type {string[]} */
  const kept = [];
  for (const name of filesIn(from)) {
    const [source, place] = [path.join(from, name), path.join(to, name)];
    const theirs = name.startsWith('inventories/') && name !== lockName;
    if (theirs && fs.existsSync(place)) {
      if (!fs.readFileSync(source).equals(fs.readFileSync(place))) kept.push(name);
      continue;
    }
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.copyFileSync(source, `${place}.tmp`);
    fs.renameSync(`${place}.tmp`, place);
  }
  return kept;
}

/** @param {string | undefined} from @param {string | undefined} to */
async function main(from, to) {
  if (!from || !to) {
    process.stderr.write(say({ zh: '用法：sh unpack.sh 文件夹\n', en: 'usage: sh unpack.sh FOLDER\n' }));
    process.exitCode = 2;
    return;
  }
  try {
    const { fresh, kept, version } = await unpack(from, to);
    for (const name of kept) process.stdout.write(`${say({ zh: '保留原有的', en: 'kept as it is here:' })} ${name}\n`);
    const done = fresh
      ? {
          zh: `examsite ${version} 已就绪：cd ${to}，然后 npx examsite`,
          en: `examsite ${version} is ready: cd ${to}, then npx examsite`,
        }
      : { zh: `${to} 的安装包库已更新`, en: `the depot of ${to} has this cycle's files` };
    process.stdout.write(`${say(done)}\n`);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  await main(process.argv[2], process.argv[3]);
}
