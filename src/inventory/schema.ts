/** The shape of `inventories/`: what a person writes or a spreadsheet is imported into. Everything else is derived. */
import { z } from 'zod';
import { network } from '../hosts/enrolment.ts';
import { linux } from './linux.ts';
import { router } from './router.ts';
import { routerFacts } from './router-facts.ts';

export const levels = ['L1', 'L2', 'L3'] as const;
export type Level = (typeof levels)[number];
export const level = z.enum(levels).meta({ description: 'exam level: L1 初级, L2 中级, L3 高级' });

export const mac = z
  .string()
  .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
  .meta({ description: 'hardware address, lower case with colons' });

/** A secret is never written down here, only where it is to be had at run time: an environment variable or a file of mode 0600. */
export const secretRef = z.union([
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Z_][A-Z0-9_]*$/)
      .meta({ description: 'environment variable of the controller that holds it' }),
  }),
  z.strictObject({
    file: z.string().meta({ description: "file of mode 0600 that holds it; relative to the site's home" }),
  }),
]);
export type SecretRef = z.infer<typeof secretRef>;

export const restoreCard = z
  .strictObject({
    driver: z
      .enum(['none', 'deep-freeze', 'uwf', 'by-hand'])
      .meta({ description: 'how it is switched; none: the PC has no card' }),
    /** Deep Freeze's command-line password. */
    password: secretRef.optional().meta({ description: "where Deep Freeze's command-line password is to be had" }),
    /** By hand: what the card calls itself, for the operator's instructions. */
    product: z.string().optional().meta({ description: 'by hand: what the card calls itself' }),
  })
  .meta({ description: 'restore card (还原卡) of this PC, and how it is switched' });

export const seat = z.strictObject({
  /** Two digits or more, unique in its list: `07`. A seat's host name is `r301-s07`, a spare's `r301-spare02`. */
  seat: z
    .string()
    .regex(/^\d{2,3}$/)
    .meta({ description: 'number of the seat, or of the spare' }),
  computer: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,13}[A-Za-z0-9])?$/)
    .meta({ description: 'computer name, at most 15 characters' }),
  mac,
  address: z.ipv4().meta({ description: 'IPv4 address the PC is pinned to' }),
  row: z.int().min(1).meta({ description: 'row in the room, 1 is the front' }),
  column: z.int().min(1).meta({ description: 'column in the room, 1 is the left as seen by a candidate' }),
  level: level.optional(),
  restoreCard: restoreCard.optional(),
  note: z.string().optional().meta({ description: 'remark, for people' }),
});
export type SeatEntry = z.infer<typeof seat>;

/** A step of the site's own, run on every PC it applies to, after everything else, through `@pulumi/command`. */
export const step = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,30}$/)
    .meta({ description: 'name of the step, part of a resource name' }),
  level: level.optional(),
  create: z.string().min(1).meta({ description: 'command line run once, and again when it changes' }),
  update: z.string().optional().meta({ description: 'command line run instead of create when the step changes' }),
  delete: z.string().optional().meta({ description: 'command line that takes it back' }),
});
export type SiteStep = z.infer<typeof step>;

export const room = z.strictObject({
  room: z
    .string()
    .regex(/^[A-Za-z0-9]{1,12}$/)
    .meta({ description: 'number of the room: 301' }),
  level,
  platform: z.enum(['windows', 'linux']).default('windows').meta({ description: 'what the PCs run' }),
  network: z
    .strictObject({
      subnet: z.cidrv4().meta({ description: 'network of the room: 10.30.1.0/24' }),
      gateway: z.ipv4().meta({ description: 'default gateway of every PC' }),
      dns: z.array(z.ipv4()).min(1).meta({ description: 'DNS servers, in order of preference' }),
    })
    .meta({ description: "the room's network" }),
  /** Metres between the seats of neighbouring candidates (S4); left out: not measured, and then every other seat must be empty. */
  spacingMetres: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'distance between neighbouring seats', unit: 'm' }),
  /** Proctors assigned to this room (S2). */
  proctors: z.int().min(0).optional().meta({ description: 'proctors assigned to this room (S2)' }),
  /** Candidates registered for this room (S5); left out: as many as there are seats. */
  candidates: z.int().min(1).optional().meta({ description: 'candidates registered for this room (S5)' }),
  restoreCard: restoreCard.default({ driver: 'none' }),
  seats: z.array(seat).min(1).meta({ description: 'candidate PCs' }),
  spares: z.array(seat).default([]).meta({ description: 'spare PCs (备用机)' }),
  steps: z.array(step).default([]).meta({ description: "the site's own steps, for this room" }),
});
export type Room = z.infer<typeof room>;

/** P9. Which program that is only the site knows: the software comes from the examination centre, shortly before the exam. */
export const examClient = z
  .strictObject({
    programs: z
      .array(z.string().regex(/^[A-Za-z]:\\(?:[^\\/:*?"<>|]+\\)*[^\\/:*?"<>|]+\.exe$/i))
      .min(1)
      .meta({ description: "full paths of the exam system's programs on a PC" }),
    ports: z
      .array(z.int().min(1).max(65535))
      .default([])
      .meta({ description: 'TCP ports at which it listens on a PC, whichever program it is' }),
    antivirus: z
      .array(z.string().min(1))
      .default([])
      .meta({ description: 'antiviruses (360, 火绒) in which a person has let it through by hand' }),
  })
  .meta({ description: 'the exam system, which firewall and antivirus must let through (P9)' });

/** P13. */
export const inputMethods = z
  .strictObject({
    advertising: z
      .enum(['by-hand', 'uninstall'])
      .default('by-hand')
      .meta({ description: 'what happens to one that shows advertising; uninstall: it is taken off for good' }),
    accepted: z
      .array(
        z.strictObject({
          name: z.string().min(1).meta({ description: 'part of what it calls itself' }),
          kinds: z
            .array(z.enum(['english', 'pinyin', 'wubi']))
            .default([])
            .meta({ description: 'what it is for, where its name does not say' }),
        }),
      )
      .default([])
      .meta({ description: 'input methods of others of which the site says that they show no advertising' }),
  })
  .meta({ description: 'input methods of the PCs (P13)' });

export const site = z.strictObject({
  site: z.string().min(1).meta({ description: 'name of the exam site, as printed: XXX学院考点' }),
  /** People who run the site (S1). */
  staff: z.int().min(0).optional().meta({ description: 'people who run the site (S1)' }),
  ssh: z
    .strictObject({
      user: z.string().default('examsite').meta({ description: 'account on every PC, an administrator' }),
      port: z.int().min(1).max(65535).default(22).meta({ description: 'port of sshd on every PC' }),
      network: network.default('lan').meta({ description: 'lab: the simulated room' }),
    })
    .prefault({})
    .meta({ description: 'how the controller reaches the PCs' }),
  /** The site's own choice of versions where the handbook leaves one; each must meet the handbook's rule. */
  tools: z
    .record(z.string().regex(/^[a-z0-9-]+$/), z.string().regex(/^\d[A-Za-z0-9._-]*$/))
    .default({})
    .meta({
      description: 'version to install, by tool of the handbook, where it is not the default: chrome: 120.0.6099.109',
    }),
  databases: z
    .strictObject({
      password: secretRef.optional().meta({
        description: "where the password of the databases' root is to be had; left out: none is set",
      }),
    })
    .default({})
    .meta({ description: "the levels' databases, on every PC" }),
  linux: linux.optional().meta({ description: 'what is installed on the PCs of rooms with `platform: linux`' }),
  examClient: examClient.optional(),
  inputMethods: inputMethods.prefault({}),
  router: router.optional().meta({ description: 'the whitelist router, where it is a Linux box' }),
  routerFacts: routerFacts.optional(),
  /** P9, P10, P12 and what else only a person can confirm (`examsite confirm`). T1 is 7 days before an exam. */
  confirmedForDays: z
    .int()
    .min(1)
    .max(400)
    .default(14)
    .meta({ description: "how long a person's confirmation holds", unit: 'd' }),
  network: z
    .strictObject({
      depotMbps: z
        .number()
        .positive()
        .default(1000)
        .meta({ description: "speed of the depot's uplink, which all PCs share", unit: 'Mbit/s' }),
    })
    .prefault({})
    .meta({ description: 'the exam network, as far as `plan` needs it' }),
  /** Base URL of the depot as the PCs see it. */
  depot: z.url().meta({ description: 'base URL of the depot as the PCs see it' }),
  steps: z.array(step).default([]).meta({ description: "the site's own steps, for every room" }),
});
export type Site = z.infer<typeof site>;

/** A seat with everything inherited and named: what stacks, check and report work on. */
export interface Seat {
  /** `r301-s07`, `r301-spare02`. */
  readonly name: string;
  readonly kind: 'seat' | 'spare';
  readonly entry: SeatEntry;
  readonly level: Level;
  readonly restoreCard: z.infer<typeof restoreCard>;
}

/** Seats, then spares, in the order of the inventory. */
export function seatsOf(inventory: Room): Seat[] {
  const one = (kind: Seat['kind'], entry: SeatEntry): Seat => ({
    name: `r${inventory.room.toLowerCase()}-${kind === 'seat' ? 's' : 'spare'}${entry.seat}`,
    kind,
    entry,
    level: entry.level ?? inventory.level,
    restoreCard: entry.restoreCard ?? inventory.restoreCard,
  });
  return [
    ...inventory.seats.map((entry) => one('seat', entry)),
    ...inventory.spares.map((entry) => one('spare', entry)),
  ];
}
