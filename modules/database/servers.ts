/** The three servers: what they have in common, as data. How each is set up is in windows/. */
import type { Heard } from './wire/heard.ts';
import * as mongodb from './wire/mongodb.ts';
import * as mysql from './wire/mysql.ts';
import * as redis from './wire/redis.ts';

export const serverIds = ['mysql', 'mongodb', 'redis'] as const;
export type ServerId = (typeof serverIds)[number];

export interface Server {
  readonly id: ServerId;
  /** As people call it. */
  readonly name: string;
  readonly port: number;
  /** Services that may be one, whoever installed it: wildcards. */
  readonly services: string;
  /** What is sent to it, and what its answer says. */
  readonly ask: Buffer;
  readonly understand: (received: Buffer) => Heard;
}

export const servers: Readonly<Record<ServerId, Server>> = {
  mysql: { id: 'mysql', name: 'MySQL', port: 3306, services: 'MySQL*', ask: mysql.ask, understand: mysql.understand },
  mongodb: {
    ...{ id: 'mongodb', name: 'MongoDB', port: 27017, services: 'MongoDB*' },
    ask: mongodb.ask,
    understand: mongodb.understand,
  },
  redis: { id: 'redis', name: 'Redis', port: 6379, services: 'Redis*', ask: redis.ask, understand: redis.understand },
};
