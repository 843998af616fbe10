/** A room's Pulumi stack, driven through the Automation API with the same files that plain `pulumi` uses. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LocalWorkspace, PulumiCommand, type Stack } from '@pulumi/pulumi/automation/index.js';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { environment } from '../../engine/environment.mjs';
import { ensurePulumi } from '../../engine/pulumi.mjs';
import { packageRoot, type Home } from '../core/home.ts';
import type { Lang } from '../core/finding.ts';

export const stackName = (room: string): string => `room-${room}`;

/** What a plain `pulumi` needs to see the same stacks: `eval "$(npx examsite env)"`. */
export async function pulumiEnvironment(
  home: Home,
  lang: Lang,
  note: (line: string) => void,
): Promise<Record<string, string>> {
  const engine = await ensurePulumi(note);
  await mkdir(home.state, { recursive: true, mode: 0o700 });
  const found = environment({ engine });
  return {
    ...Object.fromEntries(fromEngine.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]]))),
    PULUMI_BACKEND_URL: process.env['PULUMI_BACKEND_URL'] ?? `file://${home.state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(home),
    EXAMSITE_HOME: home.root,
    EXAMSITE_LANG: lang,
  };
}

/** The rest of that environment is this process's own. */
const fromEngine = [
  'PATH',
  'NODE_COMPILE_CACHE',
  'PULUMI_SKIP_UPDATE_CHECK',
  'PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION',
  'PULUMI_HOME',
];

/** The stack of a room, made where it does not exist yet. */
export async function openStack(home: Home, room: string, lang: Lang, note: (line: string) => void): Promise<Stack> {
  const environment = await pulumiEnvironment(home, lang, note);
  // The Automation API looks for the engine on this process's own PATH.
  Object.assign(process.env, environment);
  await writeProject(home);
  // ensurePulumi has just asked it for its version.
  const pulumiCommand = await PulumiCommand.get({ skipVersionCheck: true });
  return LocalWorkspace.createOrSelectStack(
    { stackName: stackName(room), workDir: home.root },
    { envVars: environment, pulumiCommand },
  );
}

/** Encrypts what a program marks as secret in state. Made once, mode 0600; losing it loses only those values. */
async function passphraseFile(home: Home): Promise<string> {
  const file = path.join(home.keys, 'passphrase');
  if (existsSync(file)) return file;
  await mkdir(home.keys, { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(24).toString('base64'), { mode: 0o600, flag: 'wx' });
  return file;
}

const project = z.looseObject({
  main: z.string(),
  plugins: z.object({ providers: z.array(z.object({ name: z.string(), path: z.string() })) }),
});

/** A home that is not the clone gets the clone's Pulumi.yaml, with its paths as seen from there. */
async function writeProject(home: Home): Promise<void> {
  if (path.resolve(home.root) === packageRoot) return;
  const own = project.parse(parse(await readFile(path.join(packageRoot, 'Pulumi.yaml'), 'utf8')));
  const seen = (relative: string): string =>
    path.relative(home.root, path.join(packageRoot, relative)).split(path.sep).join('/');
  const providers = own.plugins.providers.map(({ name, path: folder }) => ({ name, path: seen(folder) }));
  const text = stringify({ ...own, main: seen(own.main), plugins: { providers } });
  await writeFile(path.join(home.root, 'Pulumi.yaml'), text);
}
