/** The machines a school has: what they are made of, as their BIOS and drivers tell it. */
import type { Hardware } from './machine.ts';

const GiB = 2 ** 30;
const GB = 1e9;
/** What a desktop's magnetic disk of these years writes in sequence; assumed. */
const hardDisk = 80e6;
const usb3 = 'USB xHCI 可扩展主机控制器';
const usb2 = 'Standard Enhanced PCI to USB Host Controller';

export const hardwareModels = {
  /** Bought in 2019; the usual candidate PC. */
  desktop2019: {
    manufacturer: 'LENOVO',
    model: '启天M425-N000',
    cpu: 'Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz',
    cores: 6,
    threads: 6,
    mhz: 3000,
    memoryBytes: 8 * GiB,
    diskBytes: 256 * GB,
    diskBps: 400e6,
    display: { width: 1920, height: 1080 },
    nicBps: 1e9,
    usbControllers: [usb3, usb2],
  },
  /** Bought in 2015; meets the recommendation, just. */
  desktop2015: {
    manufacturer: 'Hewlett-Packard',
    model: 'HP ProDesk 400 G2 MT',
    cpu: 'Intel(R) Core(TM) i3-4150 CPU @ 3.50GHz',
    cores: 4,
    threads: 4,
    mhz: 3500,
    memoryBytes: 4 * GiB,
    diskBytes: 120 * GB,
    diskBps: hardDisk,
    display: { width: 1366, height: 768 },
    nicBps: 1e9,
    usbControllers: [usb2],
  },
  /** Bought in 2012; the least that is allowed. */
  desktop2012: {
    manufacturer: 'Dell Inc.',
    model: 'OptiPlex 390',
    cpu: 'Intel(R) Pentium(R) CPU G630 @ 2.70GHz',
    cores: 2,
    threads: 2,
    mhz: 2700,
    memoryBytes: 2 * GiB,
    diskBytes: 80 * GB,
    diskBps: hardDisk,
    display: { width: 1280, height: 1024 },
    nicBps: 1e9,
    usbControllers: [usb2],
  },
} as const satisfies Record<string, Omit<Hardware, 'mac'>>;

export type HardwareModel = keyof typeof hardwareModels;
