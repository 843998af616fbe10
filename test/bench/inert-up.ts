/**
 * `examsite up` with the same program, inventory and backend, and plugins that do nothing: `EXAMSITE_HOME=… node inert-up.ts`. The stack is
 * another one than the room's, so the two do not meet.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LocalWorkspace, PulumiCommand } from '@pulumi/pulumi/automation/index.js';
import { parse, stringify } from 'yaml';
import { operate } from '../../src/cli/operation.ts';
import { pulumiEnvironment, stackName } from '../../src/cli/stack.ts';
import { home as homeAt, packageRoot } from '../../src/core/home.ts';

const room = '301';
const home = homeAt();
const folder = path.join(home.root, 'inert');
await mkdir(path.join(folder, 'state'), { recursive: true });
const plugins = ['examsite', 'command'].map((name) => ({ name, path: path.join(import.meta.dirname, 'inert') }));
const own = parse(await readFile(path.join(packageRoot, 'Pulumi.yaml'), 'utf8')) as object;
const main = path.relative(folder, path.join(packageRoot, 'stacks', 'room.ts'));
await writeFile(path.join(folder, 'Pulumi.yaml'), stringify({ ...own, main, plugins: { providers: plugins } }));

const note = (line: string): void => console.error(line);
const envVars = {
  ...(await pulumiEnvironment(home, 'en', note)),
  PULUMI_BACKEND_URL: `file://${path.join(folder, 'state')}`,
};
Object.assign(process.env, envVars);
const pulumiCommand = await PulumiCommand.get({ skipVersionCheck: true });
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: stackName(room), workDir: folder },
  { envVars, pulumiCommand },
);
const result = await operate(stack, 'up', { home, room, lang: 'en', refresh: true, total: new Map() });
console.log(JSON.stringify(result));
