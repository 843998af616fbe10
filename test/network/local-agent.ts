/** The Linux agent as a child process in a namespace, without SSH in between: a Host for whoever tests what a machine does, not how it is reached. */
import type { ChildProcess } from 'node:child_process';
import { CallError } from '../../src/core/errors.ts';
import type { Args, DepotView, Host, Notes, PrimitiveName, Value } from '../../src/core/host.ts';
import type { Hello, StepResult } from '../../src/core/primitives.ts';
import { agentSource } from '../../src/hosts/agent-source.ts';
import { linuxChannel } from '../../src/hosts/linux/channel.ts';
import { answerPrefix, parseAnswer, toAscii } from '../../src/hosts/protocol.ts';
import type { Namespaces } from './namespaces.ts';

export class LocalAgent implements Host {
  readonly name: string;
  readonly notes: Notes = notes();
  readonly #child: ChildProcess;
  readonly #hello = Promise.withResolvers<Hello>();
  readonly #waiting = new Map<number, (results: readonly StepResult[]) => void>();
  #lastId = 0;
  #rest = '';

  /** @param resolvConf what stands for /etc/resolv.conf; default: this machine's own */
  constructor(name: string, namespaces: Namespaces, namespace: string, resolvConf?: string) {
    this.name = name;
    const command =
      resolvConf === undefined
        ? ['sh', '-c', linuxChannel.command]
        : ['unshare', '-m', 'sh', '-c', `mount --bind "$0" /etc/resolv.conf && ${linuxChannel.command}`, resolvConf];
    this.#child = namespaces.start(namespace, command[0] ?? '', command.slice(1), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    this.#child.once('exit', (code) => this.#hello.reject(new Error(`the agent ended with ${String(code)}`)));
    this.#child.stdin?.write(linuxChannel.opening(agentSource('linux')));
  }

  get depot(): DepotView {
    throw new Error('there is no depot here');
  }

  hello(): Promise<Hello> {
    return this.#hello.promise;
  }

  async call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    await this.#hello.promise;
    const id = (this.#lastId += 1);
    const answered = new Promise<readonly StepResult[]>((resolve) => this.#waiting.set(id, resolve));
    this.#child.stdin?.write(linuxChannel.request(toAscii({ id, calls: [{ name, args }] })));
    const [result] = await answered;
    if (result === undefined) throw new Error(`${name}: no result`);
    if ('error' in result) throw new CallError(name, result.error);
    return result.ok as Value<K>;
  }

  restart(): Promise<void> {
    return Promise.reject(new Error('a namespace cannot be restarted'));
  }

  untilBack(): Promise<void> {
    return this.restart();
  }

  relocate(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#hello.promise.catch(() => undefined);
    this.#child.stdin?.end();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const answer = line.startsWith(answerPrefix) ? parseAnswer(line) : undefined;
      if (answer === undefined) continue;
      if ('hello' in answer) this.#hello.resolve(answer.hello);
      else this.#waiting.get(answer.id)?.(answer.results);
    }
  }
}

function notes(): Notes {
  const kept = new Map<string, Awaited<ReturnType<Notes['get']>>>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, value) => Promise.resolve(void kept.set(key, value)),
    delete: (key) => Promise.resolve(void kept.delete(key)),
  };
}
