/** What is found on a box with OpenWrt: the same as on Linux, and what only OpenWrt has. */
import { z } from 'zod';
import { actual as linux } from '../schema.ts';

export const actual = z.strictObject({
  ...linux.shape,
  manager: z
    .enum(['apk', 'opkg'])
    .nullable()
    .meta({ description: 'what installs packages on this box; null: neither is there' }),
  web: z
    .array(
      z.strictObject({
        section: z.string().meta({ description: 'of /etc/config/uhttpd' }),
        option: z.string().meta({ description: 'listen_http or listen_https' }),
        at: z.array(z.string()).meta({ description: 'where it listens' }),
      }),
    )
    .meta({ description: "where the box's own pages are, since the proxy needs ports 80 and 443" }),
});
export type Actual = z.output<typeof actual>;
