/** Devices without an agent: the one line that each is greeted with, in its own language, and how its answer is read. */
import type { ConsolePlatform } from '../core/primitives.ts';

/** What a device says of itself. */
export interface Look {
  readonly osVersion: string;
  readonly uptimeSec: number;
  /** Lower case, colon-separated. */
  readonly macs: readonly string[];
}
export interface ConsoleLanguage {
  /** A constant: no value ever gets into it. */
  readonly greeting: string;
  /** @throws Error for an answer that is not this device's */
  readonly look: (stdout: string) => Look;
}

/** proc(5): /proc/uptime begins with seconds; Documentation/ABI/testing/sysfs-class-net of the kernel: `address` of each card. */
const openwrt: ConsoleLanguage = {
  greeting: 'cat /proc/sys/kernel/osrelease /proc/uptime /sys/class/net/*/address',
  look: (stdout) => {
    const [osVersion, uptime, ...rest] = linesOf(stdout);
    return lookOf(osVersion, Number(/^\d+(?:\.\d+)?/.exec(uptime ?? '')?.[0]), rest);
  },
};

/** RouterOS documentation, "Scripting" (:put, :foreach, get), "Resource" (version, uptime) and "Ethernet" (mac-address). */
const routeros: ConsoleLanguage = {
  greeting:
    ':put [/system resource get version]; :put [/system resource get uptime]; ' +
    ':foreach i in=[/interface ethernet find] do={:put [/interface ethernet get $i mac-address]}',
  look: (stdout) => {
    const [osVersion, uptime, ...rest] = linesOf(stdout);
    return lookOf(osVersion, secondsOf(uptime ?? ''), rest);
  },
};

const languages: Readonly<Record<ConsolePlatform, ConsoleLanguage>> = { openwrt, routeros };
export const isConsole = (platform: string): platform is ConsolePlatform => platform in languages;
export const languageOf = (platform: ConsolePlatform): ConsoleLanguage => languages[platform];

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function lookOf(osVersion: string | undefined, uptimeSec: number, rest: readonly string[]): Look {
  const macs = rest.map((line) => line.toLowerCase()).filter((line) => /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(line));
  // The loopback's own is all zeros.
  const cards = [...new Set(macs)].filter((mac) => mac !== '00:00:00:00:00:00');
  if (osVersion === undefined || !/^\d+\.\d+/.test(osVersion) || !Number.isFinite(uptimeSec) || cards.length === 0)
    throw new Error('its answer is not that of such a device');
  return { osVersion, uptimeSec, macs: cards };
}

/** `1w2d03:04:05`, `03:04:05`; NaN for anything else. */
function secondsOf(text: string): number {
  const parts = /^(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?<h>\d+):(?<m>\d\d):(?<s>\d\d)$/.exec(text)?.groups;
  if (parts === undefined) return Number.NaN;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = ['w', 'd', 'h', 'm', 's'].map((one) =>
    Number(parts[one] ?? 0),
  );
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}
