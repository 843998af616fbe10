/** Services and scheduled tasks. */
import type { ServiceState } from '../../../core/primitives.ts';
import { Refusal } from '../fault.ts';
import { fold, wildcard } from '../paths.ts';
import type { Pc } from '../pc.ts';
import type { Handlers } from './perform.ts';

function matching(pc: Pc, name: string): ServiceState[] {
  if (!/[*?]/.test(name)) return [pc.services.read(name)];
  const shape = wildcard(name);
  return pc.services
    .names()
    .filter((other) => shape.test(other))
    .map((other) => pc.services.read(other));
}

export const servicePrimitives: Handlers<'service.read' | 'service.write' | 'task.read' | 'task.write'> = {
  'service.read': (pc, { names }) => ({ services: names.flatMap((name) => matching(pc, name)) }),
  'service.write': (pc, { name, startType, status }) => {
    if (!pc.services.read(name).exists) throw new Refusal('not-found', `service ${name} does not exist`);
    if (startType) pc.services.setStartType(name, startType);
    if (status === 'Running') pc.services.start(name);
    if (status === 'Stopped') pc.services.stop(name);
    return {};
  },
  'task.read': (pc, { match }) => {
    const shape = wildcard(match);
    return { tasks: pc.tasks.list().filter((task) => shape.test(task.path)) };
  },
  'task.write': (pc, { path, enabled }) => {
    const task = pc.tasks.list().find((other) => fold(other.path) === fold(path));
    if (!task) throw new Refusal('not-found', `task ${path} does not exist`);
    pc.tasks.set(task.path, enabled);
    return {};
  },
};
