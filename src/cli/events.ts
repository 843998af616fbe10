/** The engine's event stream, read as what a room's operator wants to know: which PC is where, what changes, what failed. */
import { stripVTControlCharacters } from 'node:util';
import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';
import { z } from 'zod';
import { canonical } from '../core/canonical.ts';

/** One property of one PC that an operation changes, or would change. */
export interface PropertyChange {
  readonly host: string;
  /** `browser`, `agent-copy`. */
  readonly thing: string;
  /** `chrome`, `packages.requests`; empty for a whole resource. */
  readonly property: string;
  readonly op: 'create' | 'update' | 'delete' | 'replace';
  readonly from: unknown;
  readonly to: unknown;
}

export interface Failure {
  readonly host: string;
  readonly thing: string;
  readonly message: string;
}

export interface SeatProgress {
  /** Resources looked at or changed so far. */
  done: number;
  /** Things under way right now. */
  readonly active: Set<string>;
  failed: boolean;
  /** Changes carried out so far. */
  changed: number;
}

/** `r301-s07-static-ip` → `r301-s07`, `static-ip`; `site-router-whitelist-router` → `site-router`, `whitelist-router`. */
export function splitName(name: string): { host: string; thing: string } | undefined {
  const match = /^(r[a-z0-9]+-(?:s|spare)\d+|site-router)-(.+)$/.exec(name);
  const [, host, thing] = match ?? [];
  return host === undefined || thing === undefined ? undefined : { host, thing };
}

const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf('::') + 2);
const properties = z.record(z.string(), z.unknown()).catch({});

const ops: Partial<Record<string, PropertyChange['op']>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  'create-replacement': 'replace',
};

export class OperationEvents {
  readonly seats = new Map<string, SeatProgress>();
  readonly changes: PropertyChange[] = [];
  readonly failures: Failure[] = [];
  /** Errors that belong to no PC: a program that throws, a backend that is locked. */
  readonly general: string[] = [];
  /** PCs whose last look did not reach them, by host name. */
  readonly unreachable = new Set<string>();
  /** Refresh came first: PCs are being looked at. */
  refreshing = false;

  readonly handle = (event: EngineEvent): void => {
    if (event.resourcePreEvent) this.begins(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.ends(event.resOutputsEvent.metadata, false);
    if (event.resOpFailedEvent) this.ends(event.resOpFailedEvent.metadata, true);
    const said = event.diagnosticEvent;
    if (said?.severity === 'error') this.failed(said.urn ?? '', plain(said.message));
  };

  private begins(step: StepEventMetadata): void {
    const name = splitName(nameOf(step.urn));
    if (name === undefined) return;
    const refresh = step.op === 'refresh';
    // The look at all PCs is over: what counts from here on is the work.
    if (this.refreshing && !refresh) for (const seat of this.seats.values()) seat.done = 0;
    this.refreshing = refresh;
    this.seat(name.host).active.add(name.thing);
    const op = ops[step.op];
    if (op !== undefined) this.changes.push(...changesOf(name, op, step));
  }

  private ends(step: StepEventMetadata, failed: boolean): void {
    const name = splitName(nameOf(step.urn));
    if (name === undefined) return;
    const reached = properties.parse(step.new?.outputs)['reachable'];
    if (reached === false) this.unreachable.add(name.host);
    const seat = this.seat(name.host);
    seat.active.delete(name.thing);
    seat.done += 1;
    if (failed) seat.failed = true;
    else if (ops[step.op] !== undefined) seat.changed += 1;
  }

  private failed(urn: string, message: string): void {
    const name = splitName(nameOf(urn));
    if (name === undefined) {
      if (!echoes.some((echo) => echo.test(message))) this.general.push(message);
      return;
    }
    this.seat(name.host).failed = true;
    this.failures.push({ ...name, message: unwrapped(message) });
  }

  private seat(host: string): SeatProgress {
    const known = this.seats.get(host) ?? { done: 0, active: new Set<string>(), failed: false, changed: 0 };
    this.seats.set(host, known);
    return known;
  }
}

/** What engine and language host add about the stack as a whole when one resource has failed: said already, where it belongs. */
const echoes = [
  /^(?:update|preview|destroy) failed$/,
  /^Error: resource \S+ \[\S+\] failed to register/,
  /^resource registration failed/,
];

/** The engine lists even one error: `1 error occurred:\n\t* …`. */
const unwrapped = (message: string): string =>
  message
    .split('\n')
    .filter((line) => !/^\d+ errors? occurred:$/.test(line.trim()))
    .map((line) => line.replace(/^\s*\* /, '').trim())
    .filter((line) => line !== '')
    .join('\n');

/** The engine marks colours as `<{%fg 1%}>`. */
const plain = (message: string): string => stripVTControlCharacters(message.replace(/<\{%[^%]*%\}>/g, '')).trim();

function changesOf(
  name: { host: string; thing: string },
  op: PropertyChange['op'],
  step: StepEventMetadata,
): PropertyChange[] {
  if (op !== 'update') return [{ ...name, op, property: '', from: null, to: null }];
  const from = properties.parse(step.old?.inputs);
  const to = properties.parse(step.new?.inputs);
  return differences(from, to).flatMap((difference) => {
    const named = difference.property === 'drift' ? outsideInputs(difference.from) : [difference];
    return named.map((one) => ({ ...name, op, ...one }));
  });
}

/** What is wrong without being an input: the sentence says both values (src/provider/drift.ts). */
const outsideInputs = (drift: unknown): { property: string; from: unknown; to: unknown }[] =>
  Object.entries(properties.parse(drift)).map(([property, from]) => ({ property, from, to: undefined }));

/** Leaves that differ, with their path; a record is walked, a list is one value. */
export function differences(from: unknown, to: unknown, path = ''): { property: string; from: unknown; to: unknown }[] {
  if (canonical(from) === canonical(to)) return [];
  const both = [from, to].every((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  if (!both) return [{ property: path, from, to }];
  const [a, b] = [from, to] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return keys.flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`));
}
