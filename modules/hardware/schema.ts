/** What a candidate PC must be made of. The defaults are the handbook's; a site may ask for more. */
import { z } from 'zod';
import { mac } from '../../src/inventory/schema.ts';

/** The two heights of the handbook: 建议配置 and 最低配置. */
const heights = (unit: string, recommended: number, minimum: number, description: string) =>
  z
    .strictObject({
      recommended: z.number().positive().meta({ description: 'recommended (建议配置)', unit }),
      minimum: z.number().positive().meta({ description: 'least allowed (最低配置)', unit }),
    })
    .refine(({ recommended, minimum }) => minimum <= recommended, 'the minimum is above what is recommended')
    .prefault({ recommended, minimum })
    .meta({ description, unit });

const ntVersion = z.string().regex(/^\d+\.\d+$/, 'expected MAJOR.MINOR of Windows NT: 10.0, 6.1');

export const desired = z.strictObject({
  mac: mac.meta({ description: 'hardware address of the adapter that P5 is about' }),
  platform: z.enum(['windows', 'linux']).default('windows').meta({ description: 'whose way of telling it is asked' }),
  cores: heights('cores', 4, 2, 'P1: processor cores, all sockets together'),
  clockGHz: heights('GHz', 2.4, 2, 'P1: rated clock'),
  memoryGiB: heights('GiB', 4, 2, 'P2: memory'),
  freeDiskGiB: heights('GiB', 21, 20, 'P3: free space of the drive in whole GiB, rounded down; "more than 20" is 21'),
  drive: z
    .string()
    .regex(/^[A-Z]:$/)
    .default('C:')
    .meta({ description: 'drive that P3 is about: the one that programs are installed on; on Linux always /' }),
  display: z
    .strictObject({
      width: z.int().positive().meta({ description: 'least width', unit: 'pixels' }),
      height: z.int().positive().meta({ description: 'least height', unit: 'pixels' }),
    })
    .prefault({ width: 1024, height: 768 })
    .meta({ description: 'P4: least resolution' }),
  nicMbps: z.number().positive().default(1000).meta({ description: 'P5: least speed of the link', unit: 'Mbit/s' }),
  windows: z
    .strictObject({
      recommended: ntVersion.meta({ description: 'recommended (建议配置): 10.0 is Windows 10' }),
      minimum: ntVersion.meta({ description: 'least allowed (最低配置): 6.1 is Windows 7' }),
    })
    .prefault({ recommended: '10.0', minimum: '6.1' })
    .meta({ description: 'P8: Windows NT version' }),
  usb2Controllers: z
    .int()
    .min(0)
    .default(1)
    .meta({ description: 'P11: least number of USB 2.0 (or newer) host controllers; each has at least one port' }),
  tolerance: z
    .strictObject({
      memory: z.number().min(0).max(0.5).meta({
        description: 'share of the memory that firmware and graphics may keep: a 4 GB PC shows 3.5 to 3.9 GiB',
      }),
      clock: z.number().min(0).max(0.1).meta({
        description: 'share by which the rated clock may be shown too low: 2.4 GHz is measured as 2394 MHz',
      }),
    })
    .prefault({ memory: 0.125, clock: 0.01 })
    .meta({ description: 'where what is sold and what Windows shows differ' }),
});
export type Desired = z.output<typeof desired>;

const observable = <T extends z.ZodType>(schema: T, description: string) =>
  schema.nullable().meta({ description: `${description}; null: could not be observed` });

export const actual = z.strictObject({
  processor: observable(
    z.strictObject({
      name: z.string().meta({ description: "maker's name of the processor" }),
      cores: z.int().meta({ description: 'cores of all sockets', unit: 'cores' }),
      clockGHz: z.number().meta({ description: 'rated clock of the slowest socket', unit: 'GHz' }),
    }),
    'processor',
  ),
  memoryGiB: observable(z.number().meta({ unit: 'GiB' }), 'memory that Windows has'),
  freeDiskGiB: observable(z.int().meta({ unit: 'GiB' }), 'free space of the drive, rounded down'),
  display: observable(
    z.strictObject({
      width: z.int().meta({ description: 'width', unit: 'pixels' }),
      height: z.int().meta({ description: 'height', unit: 'pixels' }),
    }),
    'resolution of the largest active display',
  ),
  nicMbps: observable(z.number().meta({ unit: 'Mbit/s' }), 'speed of the link'),
  nicFullDuplex: observable(z.boolean(), 'both directions at once'),
  windows: observable(
    z.strictObject({
      version: z.string().meta({ description: 'MAJOR.MINOR.BUILD; on Linux what its os-release calls VERSION_ID' }),
      name: z.string().meta({ description: 'as the system calls itself' }),
    }),
    'Windows',
  ),
  usb2Controllers: observable(z.array(z.string()), 'names of the USB 2.0 or newer host controllers'),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by property: why it could not be observed' }),
});
export type Actual = z.output<typeof actual>;
