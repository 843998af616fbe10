/** A plain SSH client for tests of the simulated sshd: ssh2 and nothing of src/hosts but the channel's lines. */
import { once } from 'node:events';
import ssh2 from 'ssh2';
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import type { Hello, StepResult } from '../../core/primitives.ts';
import { windowsChannel } from '../../hosts/windows/channel.ts';
import type { Pc } from '../pc/pc.ts';

export interface Keys {
  readonly private: string;
  readonly public: string;
}

/** Clients, and the host key that each was shown. */
export const shown = new WeakMap<Client, string>();

export async function connect(pc: Pc, port: number, keys: Keys, username = 'examsite'): Promise<Client> {
  const client = new ssh2.Client();
  const ready = once(client, 'ready');
  // A refused client may hear of its reset connection afterwards.
  client.on('error', () => undefined);
  const host = pc.nic.lan.dial(pc.nic.address ?? '');
  const hostVerifier = (key: Buffer): boolean => {
    shown.set(client, key.toString('base64'));
    return true;
  };
  client.connect({ host, port, username, privateKey: keys.private, readyTimeout: 5000, hostVerifier });
  await ready;
  return client;
}

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function exec(client: Client, command: string, stdin = ''): Promise<Ended> {
  const stream = await channel(client, command);
  let [stdout, stderr] = ['', ''];
  stream.on('data', (data: Buffer) => (stdout += data.toString()));
  stream.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  stream.end(stdin);
  const [[exitCode]] = await Promise.all([once(stream, 'exit') as Promise<[number]>, once(stream, 'close')]);
  return { exitCode, stdout, stderr };
}

const channel = (client: Client, command: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, stream) => (error ? reject(error) : resolve(stream)));
  });

export const sftp = (client: Client): Promise<SFTPWrapper> =>
  new Promise((resolve, reject) => {
    client.sftp((error, session) => (error ? reject(error) : resolve(session)));
  });

/** Something that the real agent's source has, so that the simulated PowerShell takes it for one. */
export const agentSource = Buffer.from(
  '# 中文 makes bytes and letters differ\nfunction Start-Agent([string]$Hash) {\n}\n',
);

/** A line at a time, as the agent's channel is used. */
export class Lines {
  readonly stream: ClientChannel;
  readonly stderr: string[] = [];
  readonly #lines: string[] = [];
  #partial = '';
  #closed = false;
  #wake = Promise.withResolvers<undefined>();

  private constructor(stream: ClientChannel) {
    this.stream = stream;
    stream.stderr.on('data', (data: Buffer) => this.stderr.push(data.toString()));
    stream.on('data', (data: Buffer) => {
      const parts = (this.#partial + data.toString()).split(/\r?\n/);
      this.#partial = parts.pop() ?? '';
      this.#lines.push(...parts);
      this.#wake.resolve(undefined);
    });
    stream.on('close', () => {
      this.#closed = true;
      this.#wake.resolve(undefined);
    });
  }

  static async open(client: Client): Promise<Lines> {
    return new Lines(await channel(client, windowsChannel.command));
  }

  async next(): Promise<string> {
    while (this.#lines.length === 0) {
      if (this.#closed) throw new Error('the channel is closed');
      this.#wake = Promise.withResolvers();
      await this.#wake.promise;
    }
    return this.#lines.shift() ?? '';
  }

  async start(source = agentSource): Promise<Hello> {
    this.stream.write(windowsChannel.opening(source));
    return (JSON.parse((await this.next()).slice(2)) as { hello: Hello }).hello;
  }

  async ask(id: number, calls: readonly { name: string; args: unknown }[]): Promise<StepResult[]> {
    this.stream.write(windowsChannel.request(JSON.stringify({ id, calls })));
    return (JSON.parse((await this.next()).slice(2)) as { results: StepResult[] }).results;
  }
}
