/**
 * The Pulumi plugin `examsite`: one resource per PC and module. Inputs are the module's desired state and `host`; outputs add what was
 * observed. Nothing in state changes between two runs over an unchanged machine, so an auditor's diff of two states shows only facts.
 */
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  Provider,
  ReadResult,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js';
import { z } from 'zod';
import { canonical } from '../core/canonical.ts';
import { CallError, HostError, isCancelled } from '../core/errors.ts';
import type { Host } from '../core/host.ts';
import type { AnyModule } from '../core/module.ts';
import { asFound, type Properties } from './drift.ts';
import { Later } from './later.ts';

/** What the engine stores of a resource. */
const state = z.looseObject({
  host: z.string(),
  /** What the last look saw, in the module's own words. */
  actual: z.unknown().optional(),
  /** False: the last look did not reach the PC, and everything else here is older than that. */
  reachable: z.boolean(),
});

/** Outputs that were never asked for. */
const observed = new Set(['actual', 'reachable', 'drift']);

export interface Hosts {
  host(name: string): Host;
  close(): Promise<void>;
}

export class ExamsiteProvider implements Provider {
  readonly version: string;
  private readonly modules: Readonly<Record<string, AnyModule>>;
  private readonly hosts: Hosts;
  private readonly later = new Later();

  constructor(version: string, modules: Readonly<Record<string, AnyModule>>, hosts: Hosts) {
    this.version = version;
    this.modules = modules;
    this.hosts = hosts;
  }

  /** All faults of the inputs at once, each with its property. */
  check(urn: string, _olds: Properties, news: Properties): Promise<CheckResult> {
    const { host, ...desired } = news;
    const failures =
      typeof host === 'string' ? [] : [{ property: 'host', reason: 'expected the name of an enrolled host, r301-s07' }];
    const parsed = this.module(urn).desired.safeParse(desired);
    for (const issue of parsed.error?.issues ?? []) {
      failures.push({ property: issue.path.join('.'), reason: issue.message });
    }
    return Promise.resolve({ inputs: news, failures });
  }

  /**
   * What is observed is not compared: only what was asked for, and drift that `read` put there. The engine asks for one resource after those
   * that it depends on, so the one restart of a PC is found to be due after what made it so.
   */
  async diff(_id: string, urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const { host, module, desired } = this.split(urn, olds);
    const differ = canonical({ host, ...(desired as Properties) }) !== canonical(news) || olds['drift'] !== undefined;
    const changes = differ || (await this.later.isDue(module, () => this.hosts.host(host), host, desired));
    const replaces = host === news['host'] ? [] : ['host'];
    return { changes, replaces, deleteBeforeReplace: true };
  }

  async create(urn: string, inputs: Properties): Promise<CreateResult> {
    const module = this.module(urn);
    const id = `${String(inputs['host'])}/${module.name}`;
    return { id, outs: await this.converge(module, inputs, id) };
  }

  async update(id: string, urn: string, _olds: Properties, news: Properties): Promise<UpdateResult> {
    return { outs: await this.converge(this.module(urn), news, id) };
  }

  /**
   * Never a blank id: the engine would drop the PC from state. Never a throw: it would fail the whole refresh. A PC that cannot be seen
   * keeps its old state, marked.
   */
  async read(id: string, urn: string, props: Properties): Promise<ReadResult> {
    const { host, module, desired, inputs } = this.split(urn, props);
    try {
      const actual = await module.read(this.hosts.host(host), desired);
      const found = asFound(inputs, module.plan(desired, actual));
      return { id, props: { ...found, actual, reachable: true }, inputs: found };
    } catch (error) {
      if (!(error instanceof HostError || error instanceof CallError) || isCancelled(error)) throw error;
      const { actual } = props;
      return { id, props: { ...inputs, ...(actual === undefined ? {} : { actual }), reachable: false }, inputs };
    }
  }

  async delete(_id: string, urn: string, props: Properties): Promise<void> {
    const { host: name, module, desired } = this.split(urn, props);
    await this.later.undo(module, this.hosts.host(name), desired);
  }

  /** Ctrl-C: the sessions are closed; what runs detached on a PC finishes or rolls back by itself. */
  async cancel(): Promise<void> {
    await this.hosts.close();
  }

  private async converge(module: AnyModule, inputs: Properties, id: string): Promise<Properties> {
    const { host: name, ...desired } = inputs;
    const host = this.hosts.host(String(name));
    try {
      const actual = await this.later.converge(module, host, module.desired.parse(desired));
      return { ...inputs, actual, reachable: true };
    } catch (error) {
      throw neverBegun(error) ? error : new Unfinished(error, id, inputs);
    }
  }

  private module(urn: string): AnyModule {
    const token = urn.split('::')[2]?.split('$').at(-1) ?? '';
    const module = this.modules[token];
    if (module === undefined) throw new Error(`unknown resource type ${token}`);
    return module;
  }

  /** Takes a resource's stored properties apart into what was asked for and what was seen. */
  private split(
    urn: string,
    props: Properties,
  ): { host: string; module: AnyModule; desired: unknown; inputs: Properties } {
    const module = this.module(urn);
    const { host, ...rest } = state.parse(props);
    const desired = Object.fromEntries(Object.entries(rest).filter(([name]) => !observed.has(name)));
    return { host, module, desired, inputs: { host, ...desired } };
  }
}

/** The machine was not reached, so nothing was begun and there is nothing to remember. */
const neverBegun = (error: unknown): boolean =>
  error instanceof HostError && ['not-enrolled', 'unreachable', 'auth-failed', 'host-key-changed'].includes(error.code);

/**
 * The engine keeps a resource that fails with an id in its state, marked as unfinished: the next `up` goes on with it, and `destroy` undoes
 * what was already done.
 */
class Unfinished extends Error {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];
  constructor(cause: unknown, id: string, inputs: Properties) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(message, { cause });
    this.id = id;
    this.properties = { ...inputs, reachable: true };
    this.reasons = message.split('\n');
  }
}
