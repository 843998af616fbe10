/** First cut: remote.Command and remote.CopyToRemote on enrolled hosts. */
import { randomBytes } from 'node:crypto';
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  Provider,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js';
import { canonical } from '../core/canonical.ts';
import type { HostPool } from '../hosts/pool.ts';

type Properties = Record<string, unknown>;
const sig = '4dabf18193072939515e22adb298388d';
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && sig in value && 'value' in value ? value.value : value;

export class CommandProvider implements Provider {
  readonly version = '1.2.1';
  private readonly hosts: HostPool;
  constructor(hosts: HostPool) {
    this.hosts = hosts;
  }
  check(_urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    return Promise.resolve({ inputs: news, failures: [] });
  }
  diff(_id: string, _urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const { stdout: _o, stderr: _e, ...before } = olds;
    const strip = (p: Properties): string => canonical(Object.fromEntries(Object.entries(p).map(([k, v]) => [k, plain(v)])));
    const replaces = canonical(olds['triggers']) === canonical(news['triggers']) ? [] : ['triggers'];
    return Promise.resolve({ changes: strip(before) !== strip(news), replaces });
  }
  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    return { id: randomBytes(8).toString('hex'), outs: await this.run(urn, inputs, inputs['create']) };
  }
  async update(_id: string, urn: string, _olds: Properties, news: Properties): Promise<UpdateResult> {
    return { outs: await this.run(urn, news, news['update'] ?? news['create']) };
  }
  async delete(_id: string, urn: string, props: Properties): Promise<void> {
    if (props['delete'] !== undefined) await this.run(urn, props, props['delete']);
  }
  private async run(urn: string, inputs: Properties, command: unknown): Promise<Properties> {
    const connection = plain(inputs['connection']) as { host: string };
    const shell = this.hosts.session(connection.host);
    if (urn.includes('remote:CopyToRemote')) {
      const source = inputs['source'] as { path: string };
      await shell.copy(source.path, String(inputs['remotePath']));
      return inputs;
    }
    if (typeof command !== 'string') return { ...inputs, stdout: '', stderr: '' };
    const { exitCode, stdout, stderr } = await shell.exec(command);
    if (exitCode !== 0) throw new Error(`exit ${exitCode}: running ${JSON.stringify(command)}:\n${stdout}${stderr}`);
    return { ...inputs, stdout: stdout.replace(/\n$/, ''), stderr: stderr.replace(/\n$/, '') };
  }
}
