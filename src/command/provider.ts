/**
 * The Pulumi plugin `command`: the package of the public @pulumi/command 1.2.1, on this project's own SSH sessions. Where it differs from the
 * official plugin, README.md says why; everything else is compared with it by conformance.test.ts.
 */
import { randomBytes } from 'node:crypto';
import type {
  CheckFailure,
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  Provider,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js';
import { checkFields } from './check.ts';
import { parseConnection } from './connection.ts';
import { copyToRemote } from './copy.ts';
import { changedFields, isSame } from './diff.ts';
import { CommandFailure, messageOf, redactor } from './failure.ts';
import { collect } from './globs.ts';
import { LocalRunner } from './local-run.ts';
import type { Log } from './log.ts';
import type { Machines } from './machines.ts';
import { RemoteRunner } from './remote-run.ts';
import { run } from './run.ts';
import { packageVersion, resources, runInputs, schema, type Resource } from './schema.ts';
import { plain, secretsOf, type Properties } from './wire.ts';

const notRun: Properties = { stdout: '', stderr: '' };

export class CommandProvider implements Provider {
  readonly version = packageVersion;
  readonly schema = JSON.stringify(schema);
  private readonly machines: Machines;
  private readonly log: Log;
  private readonly here = new LocalRunner();
  private readonly there = new RemoteRunner();

  constructor(machines: Machines, log: Log) {
    this.machines = machines;
    this.log = log;
  }

  check(urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    const { inputProperties, requiredInputs = [] } = resourceOf(urn);
    const { value, failures } = checkFields(news, inputProperties, requiredInputs);
    return Promise.resolve({ inputs: value, failures: [...deprecated(urn), ...failures] });
  }

  diff(_id: string, urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const { inputProperties } = resourceOf(urn);
    const changed = changedFields(olds, news, inputProperties);
    const replaces = changed.filter((name) => inputProperties[name]?.replaceOnChanges === true);
    return Promise.resolve({ changes: changed.length > 0, replaces });
  }

  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    const unique = randomBytes(4).toString('hex');
    if (isCopy(urn)) {
      await this.copy(inputs);
      return { id: unique, outs: inputs };
    }
    const outs = await this.run(urn, inputs['create'], inputs, {});
    return { id: `${nameOf(urn)}${unique}`, outs: { ...inputs, ...(outs ?? notRun) } };
  }

  async update(_id: string, urn: string, olds: Properties, news: Properties): Promise<UpdateResult> {
    if (isCopy(urn)) {
      if (!isCopied(olds, news)) await this.copy(news);
      return { outs: news };
    }
    const outs = await this.run(urn, news['update'] ?? news['create'], news, olds);
    return { outs: { ...news, ...(outs ?? outputsOf(urn, olds)) } };
  }

  /** What was copied stays, as with the official plugin: nobody knows what else has come to need it. */
  async delete(_id: string, urn: string, props: Properties): Promise<void> {
    await this.run(urn, props['delete'], props, props);
  }

  async invoke(token: string, inputs: Properties): Promise<InvokeResult> {
    if (token !== 'command:local:run') throw new CommandFailure(`unknown function ${token}`);
    const { value, failures } = checkFields(inputs, runInputs.properties, runInputs.required);
    if (failures.length > 0) return { failures };
    return { outputs: { ...value, ...(await this.run('', value['command'], value, {})) } };
  }

  /** Ctrl-C. */
  cancel(): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    this.here.stop();
    await this.machines.close();
  }

  /** @returns the outputs; undefined when there is no such command. */
  private async run(
    urn: string,
    commandText: unknown,
    inputs: Properties,
    previous: Properties,
  ): Promise<Properties | undefined> {
    const command = plain(commandText);
    if (typeof command !== 'string') return undefined;
    if (isRemote(urn)) {
      const shell = this.machines.shell(parseConnection(inputs['connection']));
      return { ...(await run((job) => this.there.run(shell, job), command, inputs, previous, this.log, urn)) };
    }
    const { interpreter, dir, assetPaths, archivePaths } = plain(inputs) as LocalInputs;
    const outputs = await run((job) => this.here.run(job, interpreter, dir), command, inputs, previous, this.log, urn);
    return { ...outputs, ...(await collect(dir ?? process.cwd(), assetPaths, archivePaths)) };
  }

  private async copy(inputs: Properties): Promise<void> {
    try {
      await copyToRemote(this.machines.shell(parseConnection(inputs['connection'])), inputs);
    } catch (error) {
      throw new CommandFailure(redactor(secretsOf(inputs))(messageOf(error)));
    }
  }
}

/** As `check` has let them through. */
interface LocalInputs {
  readonly interpreter?: string[];
  readonly dir?: string;
  readonly assetPaths?: string[];
  readonly archivePaths?: string[];
}

const tokenOf = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';
const nameOf = (urn: string): string => urn.split('::').slice(3).join('::');
const isRemote = (urn: string): boolean => tokenOf(urn).startsWith('command:remote:');
const isCopy = (urn: string): boolean => tokenOf(urn) === 'command:remote:CopyToRemote';

function resourceOf(urn: string): Resource {
  const resource = resources[tokenOf(urn)];
  if (resource === undefined) throw new CommandFailure(`unknown resource type ${tokenOf(urn)}`);
  return resource;
}

function deprecated(urn: string): CheckFailure[] {
  if (tokenOf(urn) !== 'command:remote:CopyFile') return [];
  const reason =
    'expected remote.CopyToRemote, got the deprecated remote.CopyFile; write source: new FileAsset(localPath)';
  return [{ property: 'localPath', reason }];
}

function outputsOf(urn: string, props: Properties): Properties {
  const { inputProperties } = resourceOf(urn);
  return Object.fromEntries(Object.entries(props).filter(([name]) => !(name in inputProperties)));
}

/** Another machine needs a copy of its own. The official plugin forgets that. */
function isCopied(olds: Properties, news: Properties): boolean {
  const [before, now] = [parseConnection(olds['connection']), parseConnection(news['connection'])];
  return (
    before.host === now.host &&
    before.port === now.port &&
    isSame(plain(olds['source']), plain(news['source'])) &&
    isSame(plain(olds['remotePath']), plain(news['remotePath']))
  );
}
