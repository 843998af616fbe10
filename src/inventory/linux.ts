/** `linux` in site.yaml: what the site has chosen for its Linux PCs, whose distributions name the same things differently. */
import { z } from 'zod';

const file = z.string().regex(/^\/(?:[^/\0]+\/)*[^/\0]+$/);

/** Versions by package name, as dpkg writes them: `chromium: 126.0.6478.114-1`. */
export const debianPackages = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]+$/),
  z.string().regex(/^[A-Za-z0-9.+:~-]+$/),
);

export const linux = z.strictObject({
  browser: z
    .strictObject({
      program: file.default('/usr/bin/chromium').meta({ description: 'the browser' }),
      driver: file.default('/usr/bin/chromedriver').meta({ description: 'its WebDriver' }),
      packages: debianPackages.default({}).meta({
        description:
          'packages that bring them, installed from the depot in exactly this version; none: the PC has them already',
      }),
      accepted: z.boolean().default(false).meta({
        description:
          "the site takes this browser although it is not in the handbook's version: L3 asks for Chrome 75.0.3770.100 exactly",
      }),
    })
    .prefault({})
    .meta({ description: 'browser and driver' }),
  python: file.default('/usr/bin/python3.7').meta({
    description: "the PC's own CPython 3.7, of which the exam's environment is made; it is not installed",
  }),
  databases: z
    .strictObject({
      services: z
        .partialRecord(z.enum(['mysql', 'redis']), z.string().regex(/^[A-Za-z0-9@_.-]+\.service$/))
        .default({ mysql: 'mariadb.service', redis: 'redis-server.service' })
        .meta({ description: 'unit of systemd, by server; MariaDB stands for MySQL' }),
      packages: debianPackages.default({}).meta({
        description:
          'packages that bring them, installed from the depot in exactly this version; none: the PC has them already',
      }),
      accepted: z
        .array(z.enum(['mysql', 'redis']))
        .default([])
        .meta({
          description:
            "servers that the site takes in another version than the handbook's: L2 asks for MySQL 8.0, which no MariaDB is, and for Redis 5.0.10",
        }),
    })
    .prefault({})
    .meta({ description: 'the databases of L2 and L3' }),
});
export type LinuxChoice = z.output<typeof linux>;
