/** The address a PC is pinned to, and what its adapter has: persistent, and live until the next restart. */
import { z } from 'zod';
import type { AdapterConfig } from '../../src/core/primitives.ts';
import { mac } from '../../src/inventory/schema.ts';

export const desired = z
  .strictObject({
    mac: mac.meta({ description: 'hardware address of the adapter' }),
    address: z.ipv4().meta({ description: 'IPv4 address' }),
    prefix: z
      .int()
      .min(8)
      .max(30)
      .meta({ description: 'length of the network prefix: 24 is 255.255.255.0', unit: 'bits' }),
    gateway: z.ipv4().meta({ description: 'default gateway; inside the same network, and must answer ARP' }),
    dns: z.array(z.ipv4()).min(1).meta({ description: 'DNS servers, in order of preference' }),
  })
  .superRefine(({ address, prefix, gateway }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const size = 2 ** (32 - prefix);
    const [host, router] = [toNumber(address), toNumber(gateway)];
    if (Math.floor(host / size) !== Math.floor(router / size)) {
      fault('gateway', `expected an address in the network of ${address}/${prefix}, got ${gateway}`);
    }
    if (host === router) fault('gateway', `expected another machine than the PC itself, got ${gateway}`);
    if ([0, size - 1].includes(host % size)) {
      fault('address', `expected the address of a machine, got the network's own or broadcast address ${address}`);
    }
  });
export type Desired = z.output<typeof desired>;

const config: z.ZodType<AdapterConfig> = z.strictObject({
  dhcp: z.boolean().meta({ description: 'address comes from a DHCP server' }),
  address: z.string().nullable().meta({ description: 'IPv4 address; null: none' }),
  prefix: z.int().nullable().meta({ description: 'length of the network prefix', unit: 'bits' }),
  gateway: z.string().nullable().meta({ description: 'default gateway; null: none' }),
  dns: z.array(z.string()).readonly().meta({ description: 'DNS servers, in order' }),
});

export const actual = z.strictObject({
  adapter: z
    .strictObject({
      persistent: config.meta({ description: 'what is configured, and comes into force with a restart' }),
      live: config.meta({ description: 'what is in force now' }),
    })
    .nullable()
    .meta({ description: 'the adapter with the desired hardware address; null: absent, or could not be observed' }),
  gatewayAnswers: z
    .boolean()
    .nullable()
    .meta({ description: 'the desired gateway answers ARP; null: could not be observed' }),
  unconfirmed: z.boolean().nullable().meta({
    description: 'an address change waits for its confirmation and would be taken back; null: could not be observed',
  }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by property: why it could not be observed' }),
});
export type Actual = z.output<typeof actual>;

/** What `apply` saves on the machine. */
export const saved = z.strictObject({
  mac,
  config: config.meta({ description: 'persistent configuration before the first change' }),
  address: z.string().nullable().meta({ description: 'live address then: where to look first after going back' }),
});
export type Saved = z.output<typeof saved>;

/** The desired configuration as the machine's primitives know it. */
export const configOf = ({ address, prefix, gateway, dns }: Desired): AdapterConfig => ({
  dhcp: false,
  address,
  prefix,
  gateway,
  dns,
});

const toNumber = (ipv4: string): number => ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
