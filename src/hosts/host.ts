/** A machine over SSH: connects when first asked, finds the machine again when it has moved, and repeats only what changes nothing. */
import { CallError, HostError } from '../core/errors.ts';
import type { Args, DepotView, Host, Notes, PrimitiveName, Value } from '../core/host.ts';
import { readOnly } from '../core/primitives.ts';
import type { Call, Hello, StepResult } from '../core/primitives.ts';
import { LinkEnd } from './link.ts';
import { Batcher } from './batch.ts';
import type { Outcome } from './batch.ts';
import type { Finder } from './finder.ts';
import type { Session } from './session.ts';
import { backoff, sleep, within } from './timing.ts';
import type { Timing } from './timing.ts';

/** May be sent twice. */
const repeatable = ({ name, args }: Call): boolean =>
  readOnly.has(name) || ((name === 'process.run' || name === 'console.run') && 'readOnly' in args);

/** A restart is announced this long before it begins, so that the answer still gets out. */
const restartDelaySec = 1;

export class SshHost implements Host {
  readonly name: string;
  readonly notes: Notes;
  readonly #finder: Finder;
  readonly #depot: () => DepotView;
  readonly #timing: Timing;
  readonly #batcher = new Batcher((calls) => this.#send(calls, true));
  #session: Promise<Session> | undefined;
  #current: Session | undefined;
  #restarting: Promise<void> | undefined;
  #absent: { readonly error: unknown; readonly until: number } | undefined;
  #closed = false;
  #roundTrips = 0;

  constructor(name: string, options: { finder: Finder; notes: Notes; depot: () => DepotView; timing: Timing }) {
    this.name = name;
    this.notes = options.notes;
    this.#finder = options.finder;
    this.#depot = options.depot;
    this.#timing = options.timing;
  }

  get depot(): DepotView {
    return this.#depot();
  }

  /** Requests that went to its agent. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  async hello(): Promise<Hello> {
    const session = await this.session();
    return (await session.agent()).hello;
  }

  async call<K extends PrimitiveName>(name: K, args: Args<K>): Promise<Value<K>> {
    // The agent's contract says which value belongs to which name; the wire only says that it is JSON.
    return (await this.#batcher.add({ name, args })) as Value<K>;
  }

  /** The session in use, opened if there is none. @throws HostError */
  async session(): Promise<Session> {
    // Whoever comes during a restart means the machine after it; if the restart fails, that is told to who asked for it.
    await this.#restarting?.catch(() => undefined);
    return this.#open();
  }

  restart(): Promise<void> {
    this.#restarting ??= this.#restart().finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  untilBack(since?: string): Promise<void> {
    this.#restarting ??= this.#awaitReturn(since).finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  async relocate(address: string): Promise<void> {
    this.#unlessClosed();
    // Nobody may be left at the old address to say farewell to, so that is not waited for.
    void this.#drop();
    this.#finder.expectAt(address);
    const deadline = Date.now() + this.#timing.relocateMs;
    await this.#adopt(await this.#finder.open(deadline));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  async #send(calls: readonly Call[], again: boolean): Promise<Outcome[]> {
    try {
      const { link } = await (await this.session()).agent();
      this.#roundTrips += 1;
      return (await link.request(calls)).map((result, index) => outcome(calls[index], result));
    } catch (error) {
      if (again && neverSent(error)) return this.#send(calls, false);
      if (!(error instanceof LinkEnd)) throw error;
      return this.#salvage(calls, error, again);
    }
  }

  /** The session died under a batch: what changes nothing is asked once more, what may have changed something is reported as such. */
  async #salvage(calls: readonly Call[], end: LinkEnd, again: boolean): Promise<Outcome[]> {
    const harmless = again && end.code === 'session-lost' ? calls.filter(repeatable) : [];
    const repeated = harmless.length === 0 ? [] : await this.#repeat(harmless);
    return calls.map((call) => {
      const found = repeatable(call) ? repeated.shift() : undefined;
      return found ?? { thrown: new HostError(this.name, end.code, `${call.name}: ${end.message}`, !repeatable(call)) };
    });
  }

  async #repeat(calls: readonly Call[]): Promise<Outcome[]> {
    try {
      return await this.#send(calls, false);
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error));
      return calls.map(() => ({ thrown }));
    }
  }

  async #open(): Promise<Session> {
    this.#unlessClosed();
    if (this.#current?.usable === false) this.#session = this.#current = undefined;
    if (this.#session !== undefined) return this.#session;
    if (this.#absent !== undefined && Date.now() < this.#absent.until) throw this.#absent.error;
    const opening = this.#finder.open(0).then(
      (session) => this.#adopt(session),
      (error: unknown) => {
        this.#absent = { error, until: Date.now() + this.#timing.absentMs };
        if (this.#session === opening) this.#session = undefined;
        throw error;
      },
    );
    this.#session = opening;
    return opening;
  }

  #unlessClosed(): void {
    if (this.#closed) throw new HostError(this.name, 'cancelled', 'was left in the middle, as asked');
  }

  async #adopt(session: Session): Promise<Session> {
    this.#session = Promise.resolve(session);
    this.#current = session;
    this.#absent = undefined;
    if (this.#closed) await session.close();
    return session;
  }

  async #drop(): Promise<void> {
    const session = this.#session?.catch(() => undefined);
    this.#session = this.#current = this.#absent = undefined;
    await (await session)?.close();
  }

  async #restart(): Promise<void> {
    const session = await this.#open();
    const { hello, link } = await session.agent();
    const deadline = Date.now() + this.#timing.restartMs;
    await this.#announce(link);
    // Only the dying session tells when it goes down; asking for a new one before that would start an agent on a PC that is leaving.
    await within(session.closed, this.#timing.restartMs);
    await this.#drop();
    await this.#adopt(await this.#awaitNewBoot(hello.bootTime, deadline));
  }

  async #awaitReturn(since: string | undefined): Promise<void> {
    const deadline = Date.now() + this.#timing.restartMs;
    const session = await this.#session?.catch(() => undefined);
    if (since !== undefined && session?.usable === true) {
      if ((await session.agent()).hello.bootTime !== since) return;
      // It is on its way down; only the dying session tells when.
      await within(session.closed, this.#timing.restartMs);
    }
    await this.#drop();
    await this.#adopt(await this.#awaitNewBoot(since, deadline));
  }

  async #announce(link: { request(calls: readonly Call[]): Promise<StepResult[]> }): Promise<void> {
    const call: Call<'restart'> = { name: 'restart', args: { delaySec: restartDelaySec } };
    try {
      const [result] = await link.request([call]);
      if (result !== undefined && 'error' in result) throw new CallError('restart', result.error);
    } catch (error) {
      // Gone before it could say yes: the boot time will tell whether it did.
      if (!(error instanceof LinkEnd)) throw error;
      if (error.code !== 'session-lost') throw new HostError(this.name, error.code, `restart: ${error.message}`, true);
    }
  }

  async #awaitNewBoot(before: string | undefined, deadline: number): Promise<Session> {
    let last = `it still says that it booted at ${before ?? 'some time'}`;
    for (let attempt = 0; Date.now() < deadline; attempt++) {
      this.#unlessClosed();
      try {
        const session = await this.#finder.open(deadline);
        if ((await session.agent()).hello.bootTime !== before) return session;
        // It answers, but has not gone down yet.
        await session.close();
      } catch (error) {
        // Services come up one by one: refused, half-open and key-less are all to be expected on the way.
        if (!(error instanceof HostError)) throw error;
        last = error.message;
      }
      await sleep(Math.min(backoff(this.#timing.rescanMs, attempt), Math.max(0, deadline - Date.now())));
    }
    const sec = Math.round(this.#timing.restartMs / 1000);
    throw new HostError(
      this.name,
      'restart-timeout',
      `did not come back from its restart within ${sec} s; last: ${last}`,
    );
  }
}

/** The session was over before the batch was on its way, so it may go out again whatever it holds. */
const neverSent = (error: unknown): boolean =>
  error instanceof LinkEnd ? !error.sent : error instanceof HostError && error.code === 'session-lost';

function outcome(call: Call | undefined, result: StepResult): Outcome {
  return 'ok' in result ? { ok: result.ok } : { thrown: new CallError(call?.name ?? 'call', result.error) };
}
