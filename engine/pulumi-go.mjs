/**
 * The engine from its Go modules. `go/*` pin every module by hash (go.sum), so what is built is what was proved to work, whatever mirror the
 * modules come from.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCommand, run } from './command.mjs';
import { broken, no, tooOld } from './language.mjs';
import { during } from './progress.mjs';
import { findVersion, isAtLeast, pulumiVersion } from './versions.mjs';

/** What to install. */
export const goToInstall = '1.25.11';
/** From here on, Go fetches the newer tool chain that go.mod asks for by itself. */
const leastGo = '1.21.0';
const limitSec = 45 * 60;

/** In this order: the small one shows within a minute whether the machine can do it at all. */
const programs = [
  {
    module: 'language-nodejs',
    source: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
    version: '3.68.0',
  },
  { module: 'pulumi', source: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi', version: pulumiVersion },
];

/**
 * @param {string} folder gets `pulumi` and `pulumi-language-nodejs`
 * @param {import('./progress.mjs').Progress} progress
 * @throws {Error} with the reason: no Go, too old, or what Go said
 */
export async function buildWithGo(folder, progress) {
  const go = findCommand('go');
  if (!go) return no({ zh: 'PATH 中没有 Go', en: 'there is no Go on PATH' });
  const { output, problem } = await run(go, ['version'], { timeoutSec: 30 });
  const version = findVersion(output);
  if (problem || !version) return no(broken(go, problem || output));
  if (!isAtLeast(version, leastGo)) return no(tooOld(go, version, goToInstall));
  const what = {
    zh: `从 Go 模块编译 Pulumi ${pulumiVersion}（只需一次）`,
    en: `building Pulumi ${pulumiVersion} from Go modules (only this once)`,
  };
  await during(
    progress,
    what,
    { zh: '五分钟（两核，空闲时）', en: 'about five minutes on two idle cores' },
    async () => {
      for (const program of programs) await compile(go, folder, program);
    },
  );
}

/**
 * @param {string} go
 * @param {string} folder
 * @param {(typeof programs)[number]} program
 */
async function compile(go, folder, { module, source, version }) {
  const cwd = fileURLToPath(new URL(`go/${module}`, import.meta.url));
  // The official builds set the version in the same way; without it, `pulumi version` is empty and the SDK refuses to work with it.
  const link = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  const args = [
    'build',
    '-mod=readonly',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
    link,
    '-o',
    folder + path.sep,
    source,
  ];
  // A user's workspace file must not pull in other versions; and no C compiler is needed.
  const env = { ...process.env, GOWORK: 'off', CGO_ENABLED: '0' };
  const { code, output, problem } = await run(go, args, { cwd, env, timeoutSec: limitSec });
  if (code !== 0) no(broken(`go build ${module}`, goComplaint(output) || problem));
}

/**
 * Go first says what it downloads, hundreds of lines; then what is wrong.
 * @param {string} output
 */
function goComplaint(output) {
  const lines = output.split('\n').filter((line) => line.trim() && !line.startsWith('go: downloading'));
  return lines.slice(-3).join(' | ');
}
