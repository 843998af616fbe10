/**
 * The npm package `pulumi` holds no engine: its `run.js` downloads Pulumi's install script from get.pulumi.com, and that the engine, into
 * `~/.pulumi/versions/<version>/bin`. It is the quickest way where that address can be reached, and gives nothing where only the package
 * registries can: so ask first whether the address answers, and leave at once if not.
 */
import os from 'node:os';
import { npm } from './command.mjs';
import { broken, no } from './language.mjs';
import { during } from './progress.mjs';
import { pulumiVersion } from './versions.mjs';

const source = 'https://get.pulumi.com/install.sh';
const answerSec = 4;
const downloadSec = 300;

/**
 * @param {import('./progress.mjs').Progress} progress
 * @throws {Error} with the reason in a line
 */
export async function fetchWithNpm(progress) {
  if (process.env.EXAMSITE_REGISTRIES_ONLY) {
    no({
      zh: '设置了 EXAMSITE_REGISTRIES_ONLY，不访问 get.pulumi.com',
      en: 'EXAMSITE_REGISTRIES_ONLY forbids get.pulumi.com',
    });
  }
  await mustAnswer(source);
  const what = {
    zh: `用 npm 的 pulumi 包下载 Pulumi ${pulumiVersion}`,
    en: `downloading Pulumi ${pulumiVersion} with its npm package`,
  };
  await during(progress, what, { zh: '一两分钟', en: 'one to two minutes' }, async () => {
    const args = ['exec', '--yes', `--package=pulumi@${pulumiVersion}`, '--', 'pulumi', 'version'];
    const { code, problem } = await npm(args, { cwd: os.tmpdir(), timeoutSec: downloadSec });
    if (code !== 0) no(broken('npm exec pulumi', problem));
  });
}

/** @param {string} url */
async function mustAnswer(url) {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(answerSec * 1000) });
  } catch (error) {
    const { cause, name } = /** @type {Error & { cause?: NodeJS.ErrnoException }} */ (error);
    const [host, why] = [new URL(url).host, cause?.code ?? name];
    no({
      zh: `它要从 ${host} 下载，而 ${host} 没有响应（${why}）`,
      en: `it downloads from ${host}, which does not answer (${why})`,
    });
  }
}
