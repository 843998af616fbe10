/** What a PC waits for a restart with, and who asked. */
import { z } from 'zod';

export const pendingRestartDesired = z.strictObject({
  installers: z.array(z.string().min(1)).meta({
    description: 'modules that have run installers before this one, whose jobs are looked at',
  }),
});
export type PendingRestartDesired = z.infer<typeof pendingRestartDesired>;

export const pendingRestartActual = z.strictObject({
  asked: z
    .record(z.string(), z.string())
    .meta({ description: 'by module: what asked for a restart since the PC started' }),
  jobs: z.array(z.string()).meta({
    description: 'modules whose job has ended with nobody there, and asked for a restart',
  }),
  servicing: z.boolean().meta({ description: 'the servicing stack of Windows has an update in hand' }),
  update: z.boolean().meta({ description: 'Windows Update waits for a restart, and would restart by itself' }),
  files: z.array(z.string()).meta({
    description: 'files that are replaced or deleted at the next start, temporary ones left aside',
  }),
  services: z.array(z.string()).meta({ description: 'services that are deleted at the next start' }),
  path: z.boolean().meta({
    description: 'PATH has changed since the PC started, and somebody is logged on, whose programs have the former one',
  }),
  outlived: z.record(z.string(), z.int().min(1)).meta({
    description:
      'by sign of Windows (`update`, `file C:\\…`): starts that it has outlived since a restart was to end it',
    unit: 'starts',
  }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
export type PendingRestartActual = z.infer<typeof pendingRestartActual>;

/** Windows' own signs, by one name each, as `outlived` and the notes have them. */
export const signsOf = ({
  servicing,
  update,
  files,
  services,
}: Pick<PendingRestartActual, 'servicing' | 'update' | 'files' | 'services'>): string[] => [
  ...(servicing ? ['servicing'] : []),
  ...(update ? ['update'] : []),
  ...files.map(fileSign),
  ...services.map(serviceSign),
];
export const fileSign = (path: string): string => `file ${path}`;
export const serviceSign = (name: string): string => `service ${name}`;
