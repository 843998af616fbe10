/** The databases of a seat's level, and what was found of them. */
import { z } from 'zod';
import { levelTools, toolOf, type Rule } from '../../handbook/handbook.ts';
import { level, secretRef, type Level } from '../../src/inventory/schema.ts';
import { meets, ruleText } from '../version.ts';
import { serverIds, type ServerId } from './servers.ts';

export const ruleOf = (of: Level, id: ServerId): Rule | undefined => toolOf(of, id)?.rule;

/** Modules of the level's Python packages that are drivers of this server, in the handbook's order: `pymysql`, `MySQLdb`. */
export const driversOf = (of: Level, id: ServerId): string[] =>
  levelTools[of].flatMap(({ drives, imports }) => (drives === id && imports !== undefined ? [imports] : []));

const version = z.string().regex(/^\d+(\.\d+)*$/);

export const databaseDesired = z
  .strictObject({
    level,
    servers: z.partialRecord(z.enum(serverIds), version).meta({
      description: 'version to install of each server of the level, where none is there that the handbook allows',
    }),
    interpreters: z
      .array(z.string())
      .min(1)
      .meta({ description: "where the exam's Python may be; the first that runs logs in with the level's drivers" }),
    address: z.ipv4().meta({ description: "the PC's own address, at which no server may be reached" }),
    password: secretRef.optional().meta({
      description:
        'where the password of root is to be had; left out: none is set, and a login without one must succeed',
    }),
  })
  .superRefine(({ level: of, servers }, context) => {
    for (const id of serverIds) {
      const rule = ruleOf(of, id);
      const pin = servers[id];
      const path = ['servers', id];
      if (rule === undefined && pin !== undefined) {
        context.addIssue({ code: 'custom', path, message: `${of} has no ${id}` });
      } else if (rule !== undefined && (pin === undefined || !meets(rule, pin))) {
        context.addIssue({
          code: 'custom',
          path,
          message: `expected ${ruleText(rule).en} for ${of}, got ${pin ?? 'nothing'}`,
        });
      }
    }
  });
export type DatabaseDesired = z.infer<typeof databaseDesired>;

export const login = z.strictObject({
  version: z.string().nullable().meta({ description: 'version that the server told after the login' }),
  databases: z.array(z.string()).meta({ description: 'what somebody has made in it' }),
  error: z.string().nullable().meta({ description: 'why there was no login' }),
});
export type Login = z.infer<typeof login>;

const found = z.strictObject({
  service: z.string().nullable().meta({ description: 'name of the Windows service; null: none' }),
  ours: z.boolean().meta({ description: 'its program is the one that examsite installs' }),
  startType: z.string().nullable().meta({ description: 'Automatic, Manual, Disabled' }),
  running: z.boolean().meta({ description: 'the service runs' }),
  greeting: z.string().nullable().meta({
    description:
      'version by the protocol handshake, empty where it is told only after a login; null: no such server answers',
  }),
  silence: z.string().nullable().meta({ description: 'why the handshake failed' }),
  exposed: z.boolean().meta({ description: "answers at the PC's own address, so other PCs reach it" }),
  logins: z.record(z.string(), login).meta({ description: 'by driver: a login from the exam’s Python' }),
});
export type Found = z.infer<typeof found>;

export const databaseActual = z.strictObject({
  servers: z
    .partialRecord(z.enum(serverIds), found)
    .meta({ description: 'what was found of each server of the level' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by server or part: why it could not be seen' }),
});
export type DatabaseActual = z.infer<typeof databaseActual>;

/** Servers of the level, in their usual order. */
export const wanted = ({ servers }: DatabaseDesired): ServerId[] => serverIds.filter((id) => servers[id] !== undefined);
