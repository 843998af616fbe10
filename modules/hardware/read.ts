/** One batch of WMI queries that Windows 7 and 10 both answer (docs/reference/windows-facts.md, hardware facts). */
import { z } from 'zod';
import type { Host } from '../../src/core/host.ts';
import { observe } from '../observe.ts';
import { linked, megabits, noting } from './pick.ts';
import { readLinux } from './linux.ts';
import type { Actual, Desired } from './schema.ts';

const GiB = 2 ** 30;
/** WMI's 64-bit numbers reach us as numbers or, from some agents, as decimal text. */
const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const processor = z.object({ Name: z.string(), NumberOfCores: count, MaxClockSpeed: count });
const system = z.object({ TotalPhysicalMemory: count });
const disk = z.object({ DeviceID: z.string(), FreeSpace: count.nullable() });
const display = z.object({
  CurrentHorizontalResolution: count.nullable(),
  CurrentVerticalResolution: count.nullable(),
});
const operatingSystem = z.object({ Version: z.string(), Caption: z.string() });
const usbController = z.object({ Name: z.string() });

/** EHCI is USB 2.0, xHCI is USB 3: Windows shows the names in its own language. */
const usb2 = /ehci|xhci|enhanced|extensible|增强|可扩展|usb ?[23]/i;
export async function read(host: Host, desired: Desired): Promise<Actual> {
  if (desired.platform === 'linux') return readLinux(host, desired);
  const [processors, systems, disks, displays, running, usbControllers, network] = await Promise.all([
    rows(host, 'Win32_Processor', processor),
    rows(host, 'Win32_ComputerSystem', system),
    rows(host, 'Win32_LogicalDisk', disk, 'DriveType=3'),
    rows(host, 'Win32_VideoController', display),
    rows(host, 'Win32_OperatingSystem', operatingSystem),
    rows(host, 'Win32_USBController', usbController),
    observe(host.call('net.read', {})),
  ]);
  const { mac, drive } = desired;
  const unobserved: Record<string, string> = {};
  const seen = noting(unobserved);
  return {
    processor: seen('processor', processors, processorOf, 'Win32_Processor has no rows'),
    memoryGiB: seen('memoryGiB', systems, memoryOf, 'Win32_ComputerSystem has no rows'),
    freeDiskGiB: seen('freeDiskGiB', disks, (all) => freeOn(drive, all), `no fixed drive ${drive}`),
    display: seen('display', displays, largest, 'no display is active: the monitor is off, or its driver does not say'),
    nicMbps: seen('nicMbps', network, (all) => megabits(linked(mac, all)), `no link on ${mac}`),
    nicFullDuplex: seen('nicFullDuplex', network, (all) => linked(mac, all)?.fullDuplex ?? null, `no link on ${mac}`),
    windows: seen('windows', running, windowsOf, 'Win32_OperatingSystem has no rows'),
    usb2Controllers: seen('usb2Controllers', usbControllers, usb2Of, 'Win32_USBController has no rows'),
    unobserved,
  };
}

/** The columns that a row is asked for are those of its schema. */
const rows = <T extends z.ZodRawShape>(host: Host, name: string, row: z.ZodObject<T>, filter?: string) =>
  observe(
    host
      .call('cim.query', {
        namespace: 'root\\cimv2',
        class: name,
        properties: Object.keys(row.shape),
        ...(filter === undefined ? {} : { filter }),
      })
      .then((answer) => z.array(row).parse(answer.rows)),
  );

function processorOf(rows: readonly z.output<typeof processor>[]): Actual['processor'] {
  const [first] = rows;
  if (first === undefined) return null;
  const cores = rows.reduce((sum, row) => sum + row.NumberOfCores, 0);
  const slowest = Math.min(...rows.map((row) => row.MaxClockSpeed));
  return { name: first.Name.trim(), cores, clockGHz: Math.round(slowest / 10) / 100 };
}

const memoryOf = ([first]: readonly z.output<typeof system>[]): number | null =>
  first === undefined ? null : Math.round((first.TotalPhysicalMemory / GiB) * 100) / 100;

/** Whole GiB, so that a log file that grows is not drift. */
function freeOn(drive: string, rows: readonly z.output<typeof disk>[]): number | null {
  const free = rows.find((row) => row.DeviceID === drive)?.FreeSpace ?? null;
  return free === null ? null : Math.floor(free / GiB);
}

/** Remote-control programs add displays of their own, without a resolution or with a small one: the largest is the monitor. */
function largest(rows: readonly z.output<typeof display>[]): Actual['display'] {
  const sizes = rows.map((row) => ({
    width: row.CurrentHorizontalResolution ?? 0,
    height: row.CurrentVerticalResolution ?? 0,
  }));
  const [first] = sizes.sort((a, b) => b.width * b.height - a.width * a.height);
  return first === undefined || first.width * first.height === 0 ? null : first;
}

const windowsOf = ([first]: readonly z.output<typeof operatingSystem>[]): Actual['windows'] =>
  first === undefined ? null : { version: first.Version, name: first.Caption.trim() };

/** A PC of which Windows lists no USB controller at all was not observed; one that lists only USB 1.1 was. */
const usb2Of = (rows: readonly z.output<typeof usbController>[]): string[] | null =>
  rows.length === 0
    ? null
    : rows
        .map((row) => row.Name)
        .filter((name) => usb2.test(name))
        .sort();
