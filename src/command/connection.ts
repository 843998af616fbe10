/** `connection` of a resource, as `check` has completed it. */
import { z } from 'zod';
import { plain } from './wire.ts';

const access = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string().optional(),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  agentSocketPath: z.string().optional(),
  hostKey: z.string().optional(),
  /** Failed dials that are survived; -1: any number. */
  dialErrorLimit: z.number().default(10),
  /** Seconds; 0: no limit. */
  perDialTimeout: z.number().default(15),
});
const connection = access.extend({ proxy: access.optional() });

export type Access = z.infer<typeof access>;
export type Connection = z.infer<typeof connection>;

export const parseConnection = (value: unknown): Connection => connection.parse(plain(value));
