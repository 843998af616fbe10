/** The restore card (还原卡) of a PC: which one it has, whether it protects, and what the canary says. */
import { z } from 'zod';
import { secretRef } from '../../src/inventory/schema.ts';

/** What protects a disk and can be asked: `none` and `by-hand` cannot, and only the canary tells. */
const drivers = ['none', 'deep-freeze', 'uwf', 'by-hand'] as const;

export const desired = z
  .strictObject({
    driver: z.enum(drivers).meta({ description: 'how the card is switched; none: the PC has no card' }),
    password: secretRef.optional().meta({ description: "Deep Freeze's command-line password: where it is to be had" }),
    product: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "what the card calls itself, for the operator's instructions" }),
    restarts: z.int().min(2).max(3).default(2).meta({
      description: 'restarts that the canary must survive: some cards restore every second one',
      unit: 'restarts',
    }),
  })
  .refine(({ driver, password }) => driver !== 'deep-freeze' || password !== undefined, {
    path: ['password'],
    message: 'expected where the password of Deep Freeze is to be had, { env } or { file }',
  });
export type Desired = z.output<typeof desired>;

const boot = z.iso.datetime().meta({ description: 'boot time, UTC' });
const place = z.string().meta({ description: 'file or registry value that holds the canary' });

export const deepFreeze = z.strictObject({
  state: z
    .enum(['frozen', 'thawed', 'no-command-line'])
    .meta({ description: 'no-command-line: an edition without DFC.exe, which cannot be asked' }),
});

export const actual = z.strictObject({
  deepFreeze: deepFreeze.nullable().meta({ description: 'Deep Freeze; null: not installed' }),
  uwf: z
    .strictObject({
      currentEnabled: z.boolean().meta({ description: 'protects now' }),
      nextEnabled: z.boolean().meta({ description: 'protects after the next restart' }),
    })
    .nullable()
    .meta({ description: 'Unified Write Filter; null: not installed' }),
  hints: z.array(z.string()).meta({ description: 'signs of other cards; never proof' }),
  openedInVain: z.int().meta({ description: 'earlier boots that were to be open and were followed by a closed one' }),
  canary: z
    .strictObject({
      plantedIn: boot.meta({ description: 'boot in which the canary was written' }),
      seenIn: z.array(boot).meta({ description: 'later boots in which every place still held it' }),
      places: z.array(place),
    })
    .nullable()
    .meta({ description: 'the canary, if one is planted on every fixed volume and nothing has taken it' }),
  restored: z
    .strictObject({
      boot,
      places: z.array(place).meta({ description: 'where the canary was gone' }),
      afterRestarts: z.int().meta({ description: 'restarts it had survived before' }),
      now: z.boolean().meta({ description: 'the PC has not been restarted since' }),
    })
    .nullable()
    .meta({ description: 'the last time that a restart took the canary' }),
  doubted: z.boolean().meta({
    description: "since the proof Windows' count of its starts has not risen with a start: a card may be closed again",
  }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by card: why it could not be observed' }),
});
export type Actual = z.output<typeof actual>;
