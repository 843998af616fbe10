/** What is found on a RouterOS device. Asked for is the same as of every whitelist router. */
import { z } from 'zod';

const item = z.record(z.string(), z.string());
const items = z.array(item);

export const actual = z.strictObject({
  version: z.string().nullable().meta({ description: 'of RouterOS; null: it did not say' }),
  interfaces: z.array(z.string()).meta({ description: 'names of all interfaces' }),
  ports: z.array(z.string()).meta({ description: 'interfaces that are ports of a bridge: no rule can name these' }),
  addresses: z.array(z.string()).meta({ description: 'address, prefix and interface of each' }),
  offloads: z.boolean().meta({ description: 'a switch chip routes by itself, past all rules' }),
  rules: z
    .strictObject({
      lists: items.meta({ description: 'entries of address lists' }),
      dns: items.meta({ description: 'static DNS entries' }),
      filter: items.meta({ description: 'rules for IPv4' }),
      nat: items.meta({ description: 'address translation' }),
      ipv6: items.meta({ description: 'rules for IPv6' }),
    })
    .meta({ description: 'by menu and in order, the device’s own included: properties as an export has them' }),
  settings: z.record(z.string(), item).meta({ description: 'by menu: settings that the whitelist needs' }),
  pools: items.meta({ description: 'address pools' }),
  networks: items.meta({ description: 'networks of the DHCP server' }),
  servers: items.meta({ description: 'DHCP servers' }),
  complaints: z.record(z.string(), z.string()).meta({ description: 'by comment of ours: why RouterOS ignores it' }),
  unconfirmed: z.boolean().meta({ description: 'a change waits for its confirmation and would be taken back' }),
  saved: z.boolean().meta({ description: 'what was here before is saved on the device' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by menu: why it could not be observed' }),
});
export type Actual = z.output<typeof actual>;
