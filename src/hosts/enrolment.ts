/** What `examsite enroll` learned on first contact, one file a room: `.examsite/enrolled/room-301.yaml`. The only known-hosts of the project. */
import { z } from 'zod';

/** How the controller reaches LAN addresses. `lab` maps a.b.c.d to 127.b.c.d, where the simulated room listens. */
export const network = z.enum(['lan', 'lab']);
export type Network = z.infer<typeof network>;

export const enrolledHost = z.strictObject({
  /** LAN address at which this host key last answered. */
  address: z.ipv4(),
  /** `ssh-ed25519 AAAA…`: the pinned host key, in known_hosts form. */
  hostKey: z.string().regex(/^[a-z0-9-]+ [A-Za-z0-9+/=]+$/),
  /** Lower case, colon-separated; how the machine was matched to its seat. */
  mac: z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
  machineId: z.string(),
  platform: z.enum(['windows', 'linux', 'openwrt', 'routeros']),
});
export type EnrolledHost = z.infer<typeof enrolledHost>;

export const enrolledRoom = z.strictObject({
  room: z.string(),
  network,
  port: z.int().min(1).max(65535),
  user: z.string(),
  /** Where to look for a machine that is not at its last address. */
  subnet: z.cidrv4(),
  /** Base URL of the depot as the PCs see it, with a trailing slash. */
  depot: z.url(),
  /** By host name, `r301-s07`. */
  hosts: z.record(z.string(), enrolledHost),
});
export type EnrolledRoom = z.infer<typeof enrolledRoom>;
