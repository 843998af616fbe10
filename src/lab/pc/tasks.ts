/** Scheduled tasks: one XML file each below System32\Tasks, as the task scheduler keeps them, so a restore card reaches them too. */
import type { TaskState } from '../../core/primitives.ts';
import { Refusal } from './fault.ts';
import type { Files } from './files.ts';
import type { Tasks as Contract } from './machine.ts';

const root = 'C:\\Windows\\System32\\Tasks';

function definition(enabled: boolean): Buffer {
  return Buffer.from(
    `<?xml version="1.0"?>\n<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n` +
      `  <Settings>\n    <Enabled>${enabled}</Enabled>\n  </Settings>\n</Task>\n`,
  );
}

export class Tasks implements Contract {
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  list(): TaskState[] {
    return this.#files.walk(root).map((file) => ({
      path: file.slice(root.length),
      enabled: !/<Enabled>\s*false/i.test(this.#files.read(file)?.content.toString('utf8') ?? ''),
    }));
  }

  /** Creates the task when there is none of that path. */
  set(path: string, enabled: boolean): void {
    const content = definition(enabled);
    this.#files.write(this.#file(path), { content, size: content.length });
  }

  delete(path: string): void {
    this.#files.delete(this.#file(path));
  }

  #file(path: string): string {
    if (!path.startsWith('\\')) throw new Refusal('bad-request', `task path ${path} does not begin with a backslash`);
    return root + path;
  }
}
