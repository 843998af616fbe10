/**
 * One folder that carries a whole cycle to a site without internet: the project with its npm packages, Node, the engine, and what the site itself
 * has written and collected (inventories, lock, installers, wheels). Keys, passwords and state stay where they are.
 */
import fs from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { SetupError } from './language.mjs';
import { describeFiles, manifestName, packFormat } from './manifest.mjs';
import { fetchedNode } from './node.mjs';
import { root } from './packages.mjs';
import { during, terminalProgress } from './progress.mjs';
import { ensurePulumi } from './pulumi.mjs';
import { pulumiVersion } from './versions.mjs';

/** What is the site's own: it is carried apart, and never overwrites another site's. */
export const siteFolders = /** @type {const} */ (['inventories', 'depot']);
const hour = 3600;

/**
 * @typedef {object} Packing
 * @property {string} home with `inventories/` and `depot/`
 * @property {string} [clone]
 * @property {import('./progress.mjs').Progress} [progress]
 * @property {{ node: string, engine: string }} [programs] the executable of Node, the folder of the engine; default: those that set-up brings
 */

/**
 * @param {string} folder absent or empty
 * @param {Packing} packing
 * @returns {Promise<import('./manifest.mjs').Manifest>}
 * @throws {SetupError} SET004 the folder has something in it, SET005 something could not be packed
 */
export async function pack(folder, { home, clone = root, progress = terminalProgress(), programs }) {
  mustBeEmpty(folder);
  // Beside it, and renamed at the end: a pack that was broken off is none.
  const temporary = `${path.resolve(folder)}.tmp-${process.pid}`;
  const what = { zh: `打包到 ${folder}`, en: `packing into ${folder}` };
  try {
    fs.mkdirSync(temporary, { recursive: true });
    const { node, engine } = programs ?? (await ownPrograms(progress));
    const manifest = await during(progress, what, { zh: '一分钟', en: 'about a minute' }, async () => {
      putPrograms(temporary, clone, node, engine);
      await putProject(temporary, clone);
      putSite(path.join(temporary, 'site'), home);
      return writeManifest(temporary, clone);
    });
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(temporary, folder);
    return manifest;
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function mustBeEmpty(folder) {
  if (!fs.existsSync(folder) || fs.readdirSync(folder).length === 0) return;
  throw new SetupError({
    expected: { zh: `空文件夹 ${folder}`, en: `${folder} to be empty, or absent` },
    got: `${fs.readdirSync(folder).length} entries`,
    fix: { zh: '换一个文件夹', en: 'name another folder' },
    code: 'SET004',
  });
}

/** Always those that set-up would fetch or build, never this machine's own: another machine's are of other versions. @param {import('./progress.mjs').Progress} progress */
async function ownPrograms(progress) {
  return { node: await fetchedNode(progress), engine: (await ensurePulumi()).folder };
}

/**
 * @param {string} folder
 * @param {string} clone
 * @param {string} node
 * @param {string} engine
 */
function putPrograms(folder, clone, node, engine) {
  const place = path.join(folder, 'programs', path.basename(node));
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.copyFileSync(node, place);
  const own = fs.readdirSync(engine).filter((name) => /^pulumi(-language-nodejs)?(\.exe)?$/.test(name));
  const target = path.join(folder, 'programs', `pulumi-${pulumiVersion}`);
  fs.mkdirSync(target);
  for (const name of own) fs.copyFileSync(path.join(engine, name), path.join(target, name));
  fs.cpSync(path.join(clone, 'engine'), path.join(folder, 'engine'), {
    recursive: true,
    filter: (file) => !/\.test\.ts$|\/go$/.test(file),
  });
  fs.copyFileSync(path.join(clone, 'engine', 'unpack.sh'), path.join(folder, 'unpack.sh'));
  fs.copyFileSync(path.join(clone, 'engine', 'unpack.cmd'), path.join(folder, 'unpack.cmd'));
}

/** What a clone has beside the project: the site's own, what only this machine has, and what is made again. */
const notTheProject = [
  /^\.git$/,
  /^\.examsite$/,
  /^inventories$/,
  /^depot$/,
  /^coverage$/,
  /^dist$/,
  /\.log$/,
  /^Pulumi\..+\.yaml$/,
];

/**
 * As one file: a stick takes minutes over the ten thousand small ones of node_modules.
 * @param {string} folder the pack, which may be inside the clone
 * @param {string} clone
 */
async function putProject(folder, clone) {
  const packs = path.dirname(folder) === path.resolve(clone) ? /\.tmp-\d+$/ : /^$/;
  const names = fs.readdirSync(clone).filter((name) => ![...notTheProject, packs].some((one) => one.test(name)));
  const made = await run('tar', ['-cf', path.join(folder, 'project.tar'), '-C', clone, ...names], { timeoutSec: hour });
  if (made.code !== 0) throw cannot('tar', made.problem);
}

/**
 * @param {string} folder
 * @param {string} home
 */
function putSite(folder, home) {
  for (const name of siteFolders) {
    const from = path.join(home, name);
    if (fs.existsSync(from)) fs.cpSync(from, path.join(folder, name), { recursive: true, filter: notHidden });
  }
}

/** Half-fetched files begin with a dot. @param {string} file */
const notHidden = (file) => !path.basename(file).startsWith('.');

/**
 * @param {string} folder
 * @param {string} clone
 * @returns {Promise<import('./manifest.mjs').Manifest>}
 */
async function writeManifest(folder, clone) {
  const { version } = JSON.parse(fs.readFileSync(path.join(clone, 'package.json'), 'utf8'));
  const { platform, arch } = process;
  const manifest = { format: packFormat, version, platform, arch, files: await describeFiles(folder) };
  fs.writeFileSync(path.join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** @param {string} what @param {string} why */
const cannot = (what, why) =>
  new SetupError({
    expected: { zh: `打包 ${what} 成功`, en: `${what} to be packed` },
    got: why,
    fix: { zh: '排除原因后再运行一次', en: 'mend that and run it again' },
    code: 'SET005',
  });
