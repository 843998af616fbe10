/** The whitelist router as a person describes it: `router:` in site.yaml. What it lets through is inventories/whitelist.yaml. */
import { z } from 'zod';

const networkInterface = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,14}$/);
/** An address or a block. */
export const addresses = z.union([z.ipv4(), z.cidrv4()]);

export const routerBox = {
  lan: z
    .strictObject({
      interface: networkInterface.meta({ description: 'network interface towards the PCs' }),
      address: z.ipv4().meta({ description: "the PCs' gateway and DNS server" }),
      prefix: z.int().min(8).max(30).meta({ description: 'length of the network prefix', unit: 'bits' }),
    })
    .meta({ description: 'the exam network' }),
  wan: z
    .strictObject({ interface: networkInterface.meta({ description: 'network interface towards the internet' }) })
    .meta({ description: 'the way out' }),
  upstream: z.array(z.ipv4()).min(1).max(4).meta({ description: 'DNS servers that the proxy itself asks' }),
  management: z
    .strictObject({
      address: z.ipv4().meta({ description: 'address that the controller reaches this box at' }),
      from: z.array(addresses).min(1).meta({ description: 'who may reach this box: the controller, no candidate PC' }),
      port: z.int().min(1).max(65535).default(22).meta({ description: 'port of sshd' }),
    })
    .meta({ description: 'how the box is managed; a rule set that closes this is taken back by itself' }),
  dhcp: z
    .strictObject({
      from: z.ipv4().meta({ description: 'first of them' }),
      to: z.ipv4().meta({ description: 'last of them' }),
    })
    .nullable()
    .default(null)
    .meta({ description: 'addresses for PCs that have none yet; null: somebody else gives them' }),
  privateNetworks: z
    .array(addresses)
    .default([])
    .meta({ description: 'private networks that listed names may lead to: an education network, an intranet' }),
  services: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9.-]+$/)
          .meta({ description: 'its name on the exam network' }),
        address: z.ipv4().meta({ description: 'its address' }),
      }),
    )
    .default([])
    .meta({ description: "the exam network's own services by name, such as the depot" }),
} as const;

/** Whose language the router speaks; `by-hand`: a person types the rules in. */
export const routerDriver = z.enum(['linux', 'openwrt', 'routeros', 'by-hand']);
export type RouterDriver = z.infer<typeof routerDriver>;

/** What a driver can enforce, as named facts. */
export const capability = z.enum([
  ...([
    'nameHttp',
    'nameHttps',
    'pathHttp',
    'pathHttps',
    'inspection',
    'sameAddress',
    'loggedBySeat',
    'rollback',
  ] as const),
]);
export type Capability = z.infer<typeof capability>;

export const router = z.strictObject({
  ...routerBox,
  mac: z
    .string()
    .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
    .meta({ description: 'hardware address of one of its network cards, by which enrolment knows it' }),
  user: z.string().default('root').meta({ description: 'account on the box; it must be root' }),
  driver: routerDriver.default('linux').meta({ description: 'what the box runs, or that people set it by hand' }),
  accepts: z.array(capability).default([]).meta({
    description: 'what the whitelist needs and this box need not be able to: then a rule is wider than its line',
  }),
});
export type Router = z.infer<typeof router>;
