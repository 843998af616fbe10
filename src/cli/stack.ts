/** A room's Pulumi stack, driven through the Automation API with the same files that plain `pulumi` uses. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LocalWorkspace, PulumiCommand, type Stack } from '@pulumi/pulumi/automation/index.js';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { environment } from '../../engine/environment.mjs';
import { ensurePulumi } from '../../engine/pulumi.mjs';
import { packageRoot, type Home } from '../core/home.ts';
import { UserError } from '../core/errors.ts';
import type { Lang } from '../core/finding.ts';
import { shownTarget, siteDevices } from '../hosts/enrolled.ts';

/** What serves all rooms has a stack of its own. */
export const stackName = (room: string): string => (room === siteDevices ? 'site' : `room-${room}`);

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
    PULUMI_BACKEND_URL: process.env['PULUMI_BACKEND_URL'] ?? stateUrl(home),
    PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(home),
    EXAMSITE_HOME: home.root,
    EXAMSITE_LANG: lang,
  };
}

/**
 * Without the `.attrs` file that the engine's storage keeps beside each of its files: nobody needs it, and it is the one file that is not
 * replaced as a whole. An engine killed between emptying it and filling it could not read its own checkpoint again ("EOF").
 */
const stateUrl = (home: Home): string => `file://${home.state}?metadata=skip`;

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
  try {
    return await LocalWorkspace.createOrSelectStack(
      { stackName: stackName(room), workDir: home.root },
      { envVars: environment, pulumiCommand },
    );
  } catch (error) {
    throw stackError(error, room);
  }
}

/** What a person has done to the files of a stack, in words; anything else is passed on. */
export function stackError(error: unknown, room: string): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (/incorrect passphrase/.test(message)) return lostKey(stackName(room));
  return damagedState.test(message) ? damaged(room, message) : error;
}

/** What the engine says of a checkpoint that is no JSON, none of its own, or whose resources lean on one that is not there. */
const damagedState =
  /failed to (?:load checkpoint|unmarshal|deserialize)|unexpected end of JSON|invalid character|could not deserialize|snapshot integrity failure/;

const damaged = (room: string, message: string): UserError =>
  new UserError([
    {
      where: `.examsite/state, stack ${stackName(room)}`,
      expected: { zh: '引擎自己写出的状态', en: 'the state as the engine wrote it' },
      got:
        message
          .split('\n')
          .find((line) => damagedState.test(line))
          ?.trim() ?? 'a damaged file',
      fix: {
        zh: `放回 .examsite/state/.pulumi/backups 中最近的一份，或删除该文件后重新运行 examsite up ${shownTarget(room)}（电脑上已做好的不会重做）`,
        en: `put back the newest copy of .examsite/state/.pulumi/backups, or delete the file and run examsite up ${shownTarget(room)} again (what is done on the PCs is not done twice)`,
      },
      code: 'RUN003',
    },
  ]);

/** Encrypts what a program marks as secret in state. Made once, mode 0600; losing it loses only those values. */
async function passphraseFile(home: Home): Promise<string> {
  const file = path.join(home.keys, 'passphrase');
  if (existsSync(file)) return file;
  await forgetFormerKey(home);
  await mkdir(home.keys, { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(24).toString('base64'), { mode: 0o600, flag: 'wx' });
  return file;
}

const stackSettings = z.looseObject({ encryptionsalt: z.string().optional() });

/**
 * The stacks' settings files lie beside the inventories and are kept where `.examsite` is deleted. With nothing encrypted in them, the salt of
 * the former key is all that they know of it, and only in the way.
 *
 * @throws UserError RUN002 where something was encrypted with the key that is gone
 */
async function forgetFormerKey(home: Home): Promise<void> {
  const names = (await readdir(home.root).catch(() => [])).filter((name) =>
    /^Pulumi\.(?:room-.+|site)\.yaml$/.test(name),
  );
  for (const name of names) {
    const file = path.join(home.root, name);
    const text = await readFile(file, 'utf8');
    const { encryptionsalt, ...rest } = stackSettings.parse(parse(text) ?? {});
    if (encryptionsalt === undefined) continue;
    if (text.includes('secure:')) throw lostKey(name);
    await writeFile(file, Object.keys(rest).length === 0 ? '' : stringify(rest));
  }
}

export const lostKey = (where: string): UserError =>
  new UserError([
    {
      where,
      expected: {
        zh: '加密它的密钥 .examsite/keys/passphrase',
        en: 'the key that it was encrypted with, .examsite/keys/passphrase',
      },
      got: 'another one, or none',
      fix: {
        zh: '从备份放回该文件；若已丢失，删除 .examsite/state 与 Pulumi.room-*.yaml 后重新运行 up（电脑上已做好的不会重做）',
        en: 'put that file back from a copy; if it is lost, delete .examsite/state and Pulumi.room-*.yaml and run up again (what is done on the PCs is not done twice)',
      },
      code: 'RUN002',
    },
  ]);

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
