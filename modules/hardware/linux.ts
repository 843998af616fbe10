/** The same of a Linux PC, from /proc and /sys: one call of the agent's facts. */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { observe } from '../observe.ts';
import { linked, megabits, noting } from './pick.ts';
import type { Actual, Desired } from './schema.ts';

const GiB = 2 ** 30;

/** src/hosts/linux/agent/16-main.py */
const facts = z.object({
  osRelease: z.record(z.string(), z.string()),
  cpu: z.string().nullable(),
  cores: z.int(),
  mhz: z.number().nullable(),
  memoryBytes: z.number(),
  rootFreeBytes: z.number(),
  display: z.object({ width: z.int(), height: z.int() }).nullable(),
  usbControllers: z.int(),
  usb2Controllers: z.array(z.string()),
});
type Facts = z.infer<typeof facts>;

export async function readLinux(host: Host, { mac }: Desired): Promise<Actual> {
  const [seen, network] = await Promise.all([
    observe(host.call('linux.facts', {}).then((answer) => facts.parse(answer.facts))),
    observe(host.call('net.read', {})),
  ]);
  const unobserved: Record<string, string> = {};
  const pick = noting(unobserved);
  return {
    processor: pick('processor', seen, processorOf, 'the kernel tells no clock'),
    memoryGiB: pick('memoryGiB', seen, (all) => Math.round((all.memoryBytes / GiB) * 100) / 100, ''),
    freeDiskGiB: pick('freeDiskGiB', seen, (all) => Math.floor(all.rootFreeBytes / GiB), ''),
    display: pick('display', seen, ({ display }) => display, 'no output of the graphics card is connected'),
    nicMbps: pick('nicMbps', network, (all) => megabits(linked(mac, all)), `no link on ${mac}`),
    nicFullDuplex: pick('nicFullDuplex', network, (all) => linked(mac, all)?.fullDuplex ?? null, `no link on ${mac}`),
    windows: pick('windows', seen, systemOf, 'os-release has no version'),
    usb2Controllers: pick('usb2Controllers', seen, usbOf, 'the kernel lists no USB controller'),
    unobserved,
  };
}

const processorOf = ({ cpu, cores, mhz }: Facts): Actual['processor'] =>
  mhz === null ? null : { name: cpu ?? '', cores, clockGHz: Math.round(mhz / 10) / 100 };

const systemOf = ({ osRelease }: Facts): Actual['windows'] => {
  const { VERSION_ID: version, PRETTY_NAME: name } = osRelease;
  return version === undefined || name === undefined ? null : { version, name };
};

const usbOf = ({ usbControllers, usb2Controllers }: Facts): string[] | null =>
  usbControllers === 0 ? null : usb2Controllers;
