/** The databases of a Linux PC: what is asked for, and what was found. */
import { z } from 'zod';
import { debianPackages } from '../../src/inventory/linux.ts';
import { level, secretRef } from '../../src/inventory/schema.ts';
import { packageState } from '../debian.ts';
import { login } from './schema.ts';

export const ids = ['mysql', 'redis'] as const;
export type Id = (typeof ids)[number];
export const desired = z.strictObject({
  level,
  services: z.partialRecord(z.enum(ids), z.string()).meta({ description: 'unit of systemd, by server' }),
  packages: debianPackages.meta({ description: 'packages that bring them: version by name' }),
  interpreter: z.string().meta({ description: "the exam's Python, which logs in" }),
  drivers: z.partialRecord(z.enum(ids), z.array(z.string())).meta({ description: 'modules that log in, by server' }),
  accepted: z
    .array(z.enum(ids))
    .default([])
    .meta({ description: "servers that the site takes although they are not in the handbook's version" }),
  address: z.ipv4().meta({ description: "the PC's own address, at which no server may be reached" }),
  password: secretRef.optional().meta({
    description: 'where the password of root is to be had; left out: none is set, and a login without one must succeed',
  }),
});
export type Desired = z.infer<typeof desired>;

const found = z.strictObject({
  startType: z.string().nullable().meta({ description: 'Automatic, Manual, Disabled; null: no such service' }),
  running: z.boolean().meta({ description: 'the service runs' }),
  greeting: z
    .string()
    .nullable()
    .meta({ description: 'version by the protocol handshake; null: no such server answers' }),
  silence: z.string().nullable().meta({ description: 'why the handshake failed' }),
  exposed: z.boolean().meta({ description: "answers at the PC's own address, so other PCs reach it" }),
  logins: z.record(z.string(), login).meta({ description: "by driver: a login from the exam's Python" }),
  open: z
    .array(z.string())
    .default([])
    .meta({ description: 'drivers that get in without the password too; tried where one is set' }),
});
export type Found = z.infer<typeof found>;

export const actual = z.strictObject({
  packages: z.record(z.string(), packageState).meta({ description: 'state by package' }),
  servers: z.partialRecord(z.enum(ids), found).meta({ description: 'what was found of each server' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
export type Actual = z.infer<typeof actual>;

export const wantedOf = ({ services }: Desired): Id[] => ids.filter((id) => services[id] !== undefined);
