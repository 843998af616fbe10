/** The whitelist router: where it stands, what it lets through, and what is found on it. */
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { routerBox } from '../../src/inventory/router.ts';
import { inspectedHosts } from '../../src/whitelist/rules.ts';

const siteRuleText = z.string().regex(/^(?:\*\.)?[a-z0-9._-]+:\d{1,5}\/[\x21-\x7e]*$/);
const addressRuleText = z.string().regex(/^\d+(?:\.\d+){3}(?:\/\d{1,2})?(?::\d{1,5})?$/);

export const rules = z.strictObject({
  http: z.array(siteRuleText).meta({ description: 'sites over HTTP: host, port, path below which all is allowed' }),
  https: z.array(siteRuleText).meta({ description: 'sites over HTTPS, passed on unopened: the path does not count' }),
  inspect: z
    .array(siteRuleText)
    .default([])
    .meta({ description: "sites over HTTPS whose TLS is opened with the exam site's own CA: the path counts" }),
  addresses: z.array(addressRuleText).meta({ description: 'addresses and blocks, TCP only, with or without one port' }),
});
export type RouterRules = z.output<typeof rules>;

export const desired = z
  .strictObject({
    ...routerBox,
    rules: rules.meta({ description: 'what may be reached' }),
    inspection: z
      .strictObject({
        leaves: z.record(z.string().regex(/^(?:\*\.)?[a-z0-9._-]+$/), z.string().regex(/^[0-9a-f]{64}$/)).meta({
          description: 'by host: SHA-256 of the file with its certificate and key, which is on the controller',
        }),
      })
      .nullable()
      .default(null)
      .meta({ description: "certificates of the exam site's own CA; null: no TLS is opened" }),
  })
  .superRefine(({ lan, dhcp, management, rules: { http, https: unopened, inspect }, inspection }, context) => {
    const https = [...unopened, ...inspect];
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const network = ipaddr.IPv4.networkAddressFromCIDR(`${lan.address}/${lan.prefix}`);
    const inside = (address: string): boolean => ipaddr.IPv4.parse(address).match(network, lan.prefix);
    for (const key of ['from', 'to'] as const) {
      const address = dhcp?.[key];
      if (address !== undefined && !inside(address))
        fault(['dhcp', key], `expected an address of ${network.toString()}/${lan.prefix}, got ${address}`);
    }
    for (const [index, from] of management.from.entries()) {
      const [address, length] = from.includes('/') ? ipaddr.IPv4.parseCIDR(from) : [ipaddr.IPv4.parse(from), 32];
      const wholeRoom =
        length < lan.prefix ? network.match(address, length) : length === lan.prefix && inside(address.toString());
      if (wholeRoom)
        fault(['management', 'from', index], `expected the controller, got the whole exam network ${from}`);
    }
    const certified = Object.keys(inspection?.leaves ?? {}).toSorted();
    if (certified.join() !== inspectedHosts({ inspect }).join())
      fault(['inspection'], `expected a certificate for each of ${inspectedHosts({ inspect }).join(', ')}`);
    for (const [name, list] of Object.entries({ http, https: unopened, inspect }))
      for (const [index, text] of list.entries())
        if (reserved.includes(portOf(text)))
          fault(['rules', name, index], `expected another port than ${reserved.join(', ')}, got ${text}`);
    const overHttps = new Set(https.map(portOf));
    for (const port of new Set(http.map(portOf).filter((one) => overHttps.has(one))))
      fault(['rules', 'https'], `expected HTTP or HTTPS on a port, got both on ${port}`);
  });
export type Desired = z.output<typeof desired>;

/** Ports of the box's own. */
const reserved = [22, 53, 67, 9901];
const portOf = (rule: string): number => Number(/:(\d+)\//.exec(rule)?.[1]);

const lists = z.record(z.string(), z.array(z.string()));
export const actual = z.strictObject({
  missing: z.array(z.string()).meta({ description: 'programs that the box lacks' }),
  policy: z.string().nullable().meta({ description: 'the rule set that the box is to come up with; null: none' }),
  files: z
    .record(z.string(), z.string().nullable())
    .meta({ description: 'by path, of the rule set wanted, the units and the kernel settings: SHA-256; null: absent' }),
  lists: lists.meta({ description: 'by list of the proxy in force: its lines, as they are on the box' }),
  firewall: z
    .strictObject({
      live: z.array(z.string()).nullable().meta({ description: 'in force' }),
      wanted: z.array(z.string()).nullable().meta({ description: 'wanted' }),
    })
    .meta({
      description: 'the rules in force and those wanted, line by line as nft of this box lists them; null: none',
    }),
  proxy: z
    .string()
    .nullable()
    .meta({ description: 'rule set that the running proxy works by; null: it does not answer' }),
  resolver: z.string().nullable().meta({ description: 'the same of the running resolver' }),
  services: z
    .record(
      z.string(),
      z.strictObject({
        atBoot: z.boolean().meta({ description: 'started with the box' }),
        running: z.boolean().meta({ description: 'runs now' }),
      }),
    )
    .meta({ description: 'units of the rule set, and those that would be in their way' }),
  kernel: z.record(z.string(), z.string()).meta({ description: 'kernel settings, as they are now' }),
  exposed: z
    .array(z.string())
    .optional()
    .meta({ description: 'certificates with their keys that others than root may read; only where TLS is opened' }),
  unconfirmed: z.boolean().meta({ description: 'a change waits for its confirmation and would be taken back' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by property: why it could not be observed' }),
});
export type Actual = z.output<typeof actual>;
