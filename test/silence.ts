/**
 * Vitest runs this before each test file: a test that prints has either found something or talks to nobody, so printing fails it. Code under
 * test is given a writer instead. A file whose subject is the terminal calls `allowOutput()`.
 */
import { afterAll, afterEach, beforeEach } from 'vitest';

const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
let allowed = false;
let printed: string[] = [];

/** For the whole test file; call it at its top. */
export function allowOutput(): void {
  allowed = true;
}

for (const method of methods) {
  const original = console[method].bind(console);
  console[method] = (...args: unknown[]) => {
    note(`console.${method}`, args.map(String).join(' '));
    original(...args);
  };
}
for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name];
  const original = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: []) => {
    note(`process.${name}.write`, Buffer.from(chunk).toString());
    return original(chunk, ...rest);
  };
}

function note(where: string, text: string): void {
  printed.push(`${where}: ${text.trim().slice(0, 200)}`);
}

function failIfPrinted(when: string): void {
  const noise = printed;
  printed = [];
  if (noise.length === 0 || allowed) return;
  throw new Error(`printed ${when}, expected silence; pass a writer, or allowOutput() [TEST001]\n${noise.join('\n')}`);
}

beforeEach(() => failIfPrinted('before the test, at the top of the file or in a hook'));
afterEach(() => failIfPrinted('in the test'));
afterAll(() => failIfPrinted('after the last test'));
