/** For tests: everything a module can have changed on a simulated machine, so that "as before" can be said in one comparison. */
import { createHash } from 'node:crypto';

/** The part of a machine that is looked at; structural, because modules know nothing of the lab. */
interface Readable {
  readonly files: {
    walk(path: string): string[];
    read(path: string): { readonly content: Buffer; readonly size: number; readonly version?: string } | undefined;
  };
  readonly registry: { values(key: string): Record<string, unknown>; subkeys(key: string): string[] };
  readonly tasks: { list(): unknown[] };
}

/** One line a file, registry value and task, sorted; empty keys count, and so does the spelling of a path. */
export function machineState(machine: Readable): string[] {
  const files = machine.files.walk('C:').map((path) => {
    const file = machine.files.read(path);
    const hash = createHash('sha256')
      .update(file?.content ?? '')
      .digest('hex');
    return `file ${path} ${file?.size ?? '-'} ${file?.version ?? '-'} ${hash}`;
  });
  const tasks = machine.tasks.list().map((task) => `task ${JSON.stringify(task)}`);
  return [...files, ...keys(machine, 'HKLM'), ...keys(machine, 'HKU'), ...tasks].sort();
}

/** Windows' own; nobody puts it back. */
const countOfStarts = 'BootId';

function keys(machine: Readable, key: string): string[] {
  const values = Object.entries(machine.registry.values(key))
    .filter(([name]) => name !== countOfStarts)
    .map(([name, value]) => `value ${key} ${name} ${JSON.stringify(value)}`);
  return [
    `key ${key}`,
    ...values,
    ...machine.registry.subkeys(key).flatMap((name) => keys(machine, `${key}\\${name}`)),
  ];
}
