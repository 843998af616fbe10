/** Compares what a PC is made of with the handbook's two heights. Pure. No program can repair hardware: nothing here is ever `drifted`. */
import type { Finding, Json, Text } from '../../src/core/finding.ts';
import { compareVersions } from '../version.ts';
import type { Actual, Desired } from './schema.ts';

/** One property that has a least value, and perhaps a recommended one above it. */
interface Measure<T extends Json> {
  readonly requirement: string;
  readonly property: string;
  readonly name: Text;
  readonly actual: T | null;
  readonly why: string | undefined;
  readonly minimum: T;
  /** Undefined: the handbook gives one height only. */
  readonly recommended?: T;
  readonly reaches: (actual: T, height: T) => boolean;
  readonly show: (value: T) => Text;
  readonly evidence?: string;
}

export function plan(desired: Desired, actual: Actual): Finding[] {
  return [
    ...processorFindings(desired, actual),
    memoryFinding(desired, actual),
    diskFinding(desired, actual),
    displayFinding(desired, actual),
    ...nicFindings(desired, actual),
    desired.platform === 'linux' ? linuxFinding(actual) : windowsFinding(desired, actual),
    usbFinding(desired, actual),
  ];
}

function processorFindings({ cores, clockGHz, tolerance }: Desired, { processor, unobserved }: Actual): Finding[] {
  const common = { requirement: 'P1', why: unobserved['processor'], ...evidence(processor?.name) };
  return [
    judge<number>({
      ...common,
      ...cores,
      property: 'cores',
      name: { zh: 'CPU 核心数', en: 'number of processor cores' },
      actual: processor?.cores ?? null,
      reaches: atLeast,
      show: same,
    }),
    judge<number>({
      ...common,
      ...clockGHz,
      property: 'clockGHz',
      name: { zh: 'CPU 主频', en: 'processor clock' },
      actual: processor?.clockGHz ?? null,
      reaches: atLeastWithin(tolerance.clock),
      show: (value) => same(`${value} GHz`),
    }),
  ];
}

const memoryFinding = ({ memoryGiB, tolerance }: Desired, { memoryGiB: actual, unobserved }: Actual): Finding =>
  judge<number>({
    ...memoryGiB,
    requirement: 'P2',
    property: 'memoryGiB',
    name: { zh: '内存', en: 'memory' },
    actual,
    why: unobserved['memoryGiB'],
    reaches: atLeastWithin(tolerance.memory),
    show: (value) => same(`${value} GiB`),
  });

const driveOf = ({ platform, drive }: Desired): string => (platform === 'linux' ? '/' : drive);

const diskFinding = (wanted: Desired, { freeDiskGiB: actual, unobserved }: Actual): Finding =>
  judge<number>({
    ...wanted.freeDiskGiB,
    requirement: 'P3',
    property: 'freeDiskGiB',
    name: { zh: `${driveOf(wanted)} 可用空间`, en: `free space on ${driveOf(wanted)}` },
    actual,
    why: unobserved['freeDiskGiB'],
    reaches: atLeast,
    show: (value) => same(`${value} GiB`),
  });

const displayFinding = ({ display }: Desired, { display: actual, unobserved }: Actual): Finding =>
  judge<{ width: number; height: number }>({
    requirement: 'P4',
    property: 'display',
    name: { zh: '显示分辨率', en: 'display resolution' },
    actual,
    why: unobserved['display'],
    minimum: display,
    reaches: (is, least) => is.width >= least.width && is.height >= least.height,
    show: ({ width, height }) => same(`${width}×${height}`),
  });

const nicFindings = ({ mac, nicMbps }: Desired, actual: Actual): Finding[] => [
  judge<number>({
    requirement: 'P5',
    property: 'nicMbps',
    name: { zh: '网卡速率', en: 'network link speed' },
    actual: actual.nicMbps,
    why: actual.unobserved['nicMbps'],
    minimum: nicMbps,
    reaches: atLeast,
    show: (value) => same(`${value} Mbit/s`),
    evidence: mac,
  }),
  judge<boolean>({
    requirement: 'P5',
    property: 'nicFullDuplex',
    name: { zh: '网卡双工模式', en: 'network link' },
    actual: actual.nicFullDuplex,
    why: actual.unobserved['nicFullDuplex'],
    minimum: true,
    reaches: (is) => is,
    show: (full) => (full ? { zh: '全双工', en: 'full duplex' } : { zh: '半双工', en: 'half duplex' }),
    evidence: mac,
  }),
];

const windowsFinding = ({ windows }: Desired, { windows: actual, unobserved }: Actual): Finding =>
  judge<string>({
    ...windows,
    requirement: 'P8',
    property: 'windows',
    name: { zh: 'Windows 版本', en: 'version of Windows' },
    actual: actual?.version ?? null,
    why: unobserved['windows'],
    reaches: (is, least) => compareVersions(is, least) >= 0,
    show: same,
    ...evidence(actual?.name),
  });

/** The handbook names Windows only: which Linux there is is shown, and that there is one at all is the inventory's word. */
function linuxFinding({ windows: system, unobserved }: Actual): Finding {
  const about = { requirement: 'P8', property: 'windows', expected: 'Linux' };
  const name = system?.name ?? `? (${unobserved['windows'] ?? ''})`;
  return {
    ...about,
    actual: system?.version ?? null,
    verdict: system === null ? 'unknown' : 'ok',
    sentence: { zh: `系统为 ${name}，清单指定为 Linux`, en: `the system is ${name}, the inventory asks for Linux` },
  };
}

const usbFinding = ({ usb2Controllers }: Desired, { usb2Controllers: actual, unobserved }: Actual): Finding =>
  judge<number>({
    requirement: 'P11',
    property: 'usb2Controllers',
    name: { zh: 'USB 2.0 及以上控制器数', en: 'number of USB 2.0 or newer controllers' },
    actual: actual?.length ?? null,
    why: unobserved['usb2Controllers'],
    minimum: usb2Controllers,
    reaches: atLeast,
    show: same,
    ...evidence(actual?.join('; ')),
  });

/** The three outcomes of the handbook, and the fourth: nobody could see. */
function judge<T extends Json>(measure: Measure<T>): Finding {
  const { requirement, property, actual, minimum, recommended, reaches, evidence } = measure;
  const expected = recommended === undefined ? minimum : { recommended, minimum };
  const common = { requirement, property, expected, actual, ...(evidence === undefined ? {} : { evidence }) };
  if (actual === null) return { ...common, verdict: 'unknown', sentence: unknown(measure) };
  const is = measure.show(actual);
  const least = measure.show(minimum);
  if (!reaches(actual, minimum)) return { ...common, verdict: 'failed', sentence: below(measure.name, is, least) };
  if (recommended === undefined) return { ...common, verdict: 'ok', sentence: asRequired(measure.name, is, least) };
  const best = measure.show(recommended);
  return reaches(actual, recommended)
    ? { ...common, verdict: 'ok', grade: 'recommended', sentence: asRecommended(measure.name, is, best) }
    : { ...common, verdict: 'ok', grade: 'minimum', sentence: asAllowed(measure.name, is, best, least) };
}

const same = (value: string | number): Text => ({ zh: String(value), en: String(value) });

function unknown<T extends Json>({ name, why = 'no reason was given', minimum, show }: Measure<T>): Text {
  const least = show(minimum);
  return {
    zh: `未能观察到${name.zh}（${why}），要求至少为 ${least.zh}`,
    en: `${name.en} could not be observed (${why}), required is at least ${least.en}`,
  };
}
const below = (name: Text, is: Text, least: Text): Text => ({
  zh: `${name.zh}为 ${is.zh}，低于最低要求 ${least.zh}`,
  en: `${name.en} is ${is.en}, below the required ${least.en}`,
});
const asRequired = (name: Text, is: Text, least: Text): Text => ({
  zh: `${name.zh}为 ${is.zh}，符合要求 ${least.zh}`,
  en: `${name.en} is ${is.en}, required is ${least.en}`,
});
const asRecommended = (name: Text, is: Text, best: Text): Text => ({
  zh: `${name.zh}为 ${is.zh}，达到建议配置 ${best.zh}`,
  en: `${name.en} is ${is.en}, recommended is ${best.en}`,
});
const asAllowed = (name: Text, is: Text, best: Text, least: Text): Text => ({
  zh: `${name.zh}为 ${is.zh}，达到最低配置 ${least.zh}，未达到建议配置 ${best.zh}`,
  en: `${name.en} is ${is.en}, which meets the minimum ${least.en} but not the recommended ${best.en}`,
});

const atLeast = (is: number, least: number): boolean => is >= least;
const atLeastWithin =
  (tolerance: number) =>
  (is: number, least: number): boolean =>
    is >= least * (1 - tolerance);

const evidence = (text: string | undefined): { evidence?: string } => (text === undefined ? {} : { evidence: text });
