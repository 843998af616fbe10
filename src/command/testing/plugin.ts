/** A plugin process as the engine starts it, and the engine's side of the conversation: requests, and the log that the plugin writes to. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import * as engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import type { LogRequest } from '@pulumi/pulumi/proto/engine_pb.js';
import * as service from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import * as messages from '@pulumi/pulumi/proto/provider_pb.js';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import structs from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Properties } from '../wire.ts';

export interface Answer {
  readonly id?: string;
  readonly props?: Properties;
  readonly failures?: readonly string[];
  readonly changes?: boolean;
  readonly error?: string;
}

export const ownPlugin = path.join(import.meta.dirname, '../pulumi-resource-command');
export const urn = (type: string): string => `urn:pulumi:dev::site::command:${type}::thing`;
const struct = (value: Properties): structs.Struct => structs.Struct.fromJavaScript(value as never);
const js = (value: structs.Struct | undefined): Properties => value?.toJavaScript() ?? {};

export class Plugin {
  /** What it logged: lines beside a resource. */
  readonly logged: string[];
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #engine: grpc.Server;
  readonly #client: service.ResourceProviderClient;

  private constructor(logged: string[], engine: grpc.Server, child: ChildProcess, port: number) {
    this.logged = logged;
    this.pid = Number(child.pid);
    this.#engine = engine;
    this.#process = child;
    this.#client = new service.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  static async start(program: string, env: NodeJS.ProcessEnv): Promise<Plugin> {
    const logged: string[] = [];
    const { engine, address } = await fakeEngine(logged);
    const child = spawn(program, [address], { stdio: ['ignore', 'pipe', 'ignore'], env });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new Plugin(logged, engine, child, Number(String(line).trim()));
  }

  async schema(): Promise<Properties> {
    const answer = await this.#call<messages.GetSchemaResponse>('getSchema', new messages.GetSchemaRequest());
    return JSON.parse(answer.getSchema()) as Properties;
  }

  async check(type: string, news: Properties): Promise<Answer> {
    const request = new messages.CheckRequest();
    request.setUrn(urn(type));
    request.setOlds(struct({}));
    request.setNews(struct(news));
    return this.#answer(async () => {
      const answer = await this.#call<messages.CheckResponse>('check', request);
      const failures = answer.getFailuresList().map((failure) => failure.getProperty());
      return failures.length > 0 ? { failures } : { props: js(answer.getInputs()) };
    });
  }

  async diff(type: string, olds: Properties, news: Properties): Promise<Answer> {
    const request = new messages.DiffRequest();
    request.setId('x');
    request.setUrn(urn(type));
    request.setOlds(struct({ ...olds, stdout: '', stderr: '' }));
    request.setOldInputs(struct(olds));
    request.setNews(struct(news));
    return this.#answer(async () => {
      const answer = await this.#call<messages.DiffResponse>('diff', request);
      return { changes: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME };
    });
  }

  async create(type: string, inputs: Properties): Promise<Answer> {
    const request = new messages.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(struct(inputs));
    return this.#answer(async () => {
      const answer = await this.#call<messages.CreateResponse>('create', request);
      return { id: answer.getId(), props: js(answer.getProperties()) };
    });
  }

  async update(type: string, olds: Properties, news: Properties): Promise<Answer> {
    const request = new messages.UpdateRequest();
    request.setId('x');
    request.setUrn(urn(type));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return this.#answer(async () => ({
      props: js((await this.#call<messages.UpdateResponse>('update', request)).getProperties()),
    }));
  }

  async delete(type: string, props: Properties): Promise<Answer> {
    const request = new messages.DeleteRequest();
    request.setId('x');
    request.setUrn(urn(type));
    request.setProperties(struct(props));
    return this.#answer(async () => {
      await this.#call('delete', request);
      return {};
    });
  }

  async run(args: Properties): Promise<Answer> {
    const request = new messages.InvokeRequest();
    request.setTok('command:local:run');
    request.setArgs(struct(args));
    return this.#answer(async () => {
      const answer = await this.#call<messages.InvokeResponse>('invoke', request);
      const failures = answer.getFailuresList().map((failure) => failure.getProperty());
      return failures.length > 0 ? { failures } : { props: js(answer.getReturn()) };
    });
  }

  async stop(): Promise<void> {
    this.#client.close();
    this.#engine.forceShutdown();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }

  async #answer(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      return { error: (error as grpc.ServiceError).details };
    }
  }

  #call<Reply>(method: string, request: unknown): Promise<Reply> {
    const client = this.#client as unknown as Record<
      string,
      (request: unknown, done: grpc.requestCallback<Reply>) => void
    >;
    return new Promise((resolve, reject) => {
      client[method]?.(request, (error, reply) => {
        if (error === null && reply !== undefined) resolve(reply);
        else reject(error ?? new Error('no answer'));
      });
    });
  }
}

/** Takes the plugin's log, and knows nothing else. */
async function fakeEngine(logged: string[]): Promise<{ engine: grpc.Server; address: string }> {
  const engine = new grpc.Server();
  const log: grpc.handleUnaryCall<LogRequest, unknown> = ({ request }, done) => {
    logged.push(request.getMessage());
    done(null, new emptyMessages.Empty());
  };
  engine.addService(engineService.EngineService, { log });
  const port = await new Promise<number>((resolve, reject) => {
    engine.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { engine, address: `127.0.0.1:${port}` };
}
