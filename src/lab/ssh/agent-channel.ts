/**
 * `powershell.exe … -Command -` on a channel: each line is one statement. Of the language it knows what brings an agent and talks to it
 * (src/hosts/windows/channel.ts); any other line gets what PowerShell says of what it cannot parse, on stderr, and the session goes on.
 */
import { createHash } from 'node:crypto';
import type { ServerChannel } from 'ssh2';
import { z } from 'zod';
import { answerPrefix, toAscii } from '../../hosts/protocol.ts';
import type { Call, StepResult } from '../../core/primitives.ts';
import { helloOf } from '../pc/hello.ts';
import type { Pc } from '../pc/pc.ts';
import { perform } from '../pc/primitives/perform.ts';

const request = z.object({
  id: z.int(),
  calls: z.array(z.object({ name: z.string(), args: z.record(z.string(), z.json()) })),
});
/** The statements, as they are written. What is in brackets is a text in single quotes. */
const statements = {
  begin: /^\$s=''$/,
  chunk: /^\$s\+='([A-Za-z0-9+/=]*)'$/,
  decode: /^\$b=\[Convert\]::FromBase64String\(\$s\)$/,
  hash: /^\$h=\[BitConverter\]::ToString\(\(New-Object Security\.Cryptography\.SHA256\w+\)\.ComputeHash\(\$b\)\)\.Replace\('-',''\)\.ToLowerInvariant\(\)$/,
  load: /^\. \(\[scriptblock\]::Create\(\[Text\.Encoding\]::UTF8\.GetString\(\$b\)\)\)$/,
  start: /^Start-Agent \$h$/,
  ask: /^R '([A-Za-z0-9+/=]*)'$/,
};

const agentHash = (source: Buffer): string => createHash('sha256').update(source).digest('hex');
/** A source that arrived whole defines the functions that the channel calls. */
const isAgent = (source: Buffer): boolean => /^function Start-Agent\b/m.test(source.toString('utf8'));

/** Told before each request; true: the session dies under it. */
export type Interruption = () => boolean;

export class AgentChannel {
  readonly #pc: Pc;
  readonly #stream: ServerChannel;
  readonly #interrupted: Interruption;
  readonly #pid = 1000 + Math.floor(Math.random() * 30_000);
  /** The variables and functions of this session. */
  #text = '';
  #bytes = Buffer.alloc(0);
  #hash = '';
  #loaded = false;
  #partial = '';
  #work: Promise<void>;

  constructor(pc: Pc, stream: ServerChannel, interrupted: Interruption) {
    this.#pc = pc;
    this.#stream = stream;
    this.#interrupted = interrupted;
    this.#work = pc.takes('powershell.start');
    stream.on('data', (data: Buffer) => this.#feed(data.toString('latin1')));
    stream.on('end', () => this.#then(() => this.#end()));
  }

  #feed(data: string): void {
    const parts = (this.#partial + data).split(/\r?\n/);
    this.#partial = parts.pop() ?? '';
    for (const line of parts) this.#then(() => this.#statement(line.trim()));
  }

  /** One statement after the other; what fails inside has answered for itself. */
  #then(work: () => void | Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#complain(String(error)));
  }

  #statement(line: string): void | Promise<void> {
    if (line === '') return;
    const part = statements.chunk.exec(line)?.[1];
    const asked = statements.ask.exec(line)?.[1];
    if (part !== undefined) this.#text += part;
    else if (asked !== undefined) return this.#request(asked);
    else if (statements.begin.test(line)) this.#text = '';
    else if (statements.decode.test(line)) this.#bytes = Buffer.from(this.#text, 'base64');
    else if (statements.hash.test(line)) this.#hash = agentHash(this.#bytes);
    else if (statements.load.test(line)) this.#load();
    else if (statements.start.test(line)) return this.#start();
    else this.#complain(`Unexpected token '${line.slice(0, 60)}' in expression or statement.`, 'ParserError');
  }

  #load(): void {
    if (isAgent(this.#bytes)) this.#loaded = true;
    else this.#complain("Missing closing '}' in statement block or type definition.", 'ParserError');
  }

  #start(): void {
    if (!this.#loaded) return this.#unknown('Start-Agent');
    if (this.#pc.faults.garbage) this.#stream.write('WARNING: a profile of this machine talks\r\n');
    this.#answer({ hello: helloOf(this.#pc, this.#hash, this.#pid) });
  }

  async #request(base64: string): Promise<void> {
    if (!this.#loaded) return this.#unknown('R');
    if (this.#interrupted()) return;
    const { id, calls } = request.parse(JSON.parse(Buffer.from(base64, 'base64').toString('utf8')));
    await this.#pc.takes('request');
    const results: StepResult[] = [];
    await this.#pc.journal.act('ssh', async () => {
      // The table of primitives refuses a name that it does not have; until then the name is only text.
      for (const call of calls) results.push(await perform(this.#pc, call as unknown as Call));
    });
    if (this.#pc.faults.garbage) this.#stream.write('PS>\ufffd\u4f60\r\n@ not an answer\r\n');
    this.#answer({ id, results });
  }

  #answer(value: unknown): void {
    if (this.#stream.writable) this.#stream.write(`${answerPrefix}${toAscii(value)}\r\n`);
  }

  #unknown(name: string): void {
    const message = `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program.`;
    this.#complain(message, `ObjectNotFound: (${name}:String) [], CommandNotFoundException`);
  }

  #complain(message: string, category = 'NotSpecified'): void {
    if (!this.#stream.writable) return;
    this.#stream.stderr.write(`${message}\r\nAt line:1 char:1\r\n    + CategoryInfo          : ${category}\r\n\r\n`);
  }

  #end(): void {
    if (!this.#stream.writable) return;
    this.#stream.exit(0);
    this.#stream.end();
  }
}
