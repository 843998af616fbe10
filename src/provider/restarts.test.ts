// Does not prove that real installers ask for no more restarts than these, nor the engine's order: that is test/room.test.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { productsOf } from '../../handbook/handbook.ts';
import { wheelLock } from '../../handbook/wheels.ts';
import { modules } from '../../modules/index.ts';
import { machineState } from '../../modules/machine-state.ts';
import { seatModules, type SeatModule } from '../../modules/seat.ts';
import { levels, seatsOf, type Level, type Seat } from '../inventory/schema.ts';
import { simulatedDepot } from '../lab/packages/build.ts';
import { simulated } from '../lab/packages/makers.ts';
import { preinstall } from '../lab/packages/preinstall.ts';
import { installCardSoftware } from '../lab/pc/card-software.ts';
import { sampleRoom } from '../lab/sample-room.ts';
import { software } from '../lab/software.ts';
import { simulatedPc, type SimulatedPc, type SimulatedPcOptions } from '../lab/testing.ts';
import type { Properties } from './drift.ts';
import { ExamsiteProvider } from './provider.ts';

const variable = 'EXAMSITE_TEST_RESTARTS_PASSWORD';
beforeEach(() => vi.stubEnv(variable, 'ice'));
afterEach(() => vi.unstubAllEnvs());

const depot = simulatedDepot({
  products: simulated(productsOf(levels)),
  wheels: Object.fromEntries(levels.map((level) => [level, wheelLock(level)])),
});
const card = { kind: 'deep-freeze', password: 'ice' } as const;

interface Made extends SimulatedPc {
  readonly modules: readonly SeatModule[];
}

/** A PC as its seat's inventory describes it, on which nothing but its card was ever installed. */
async function fresh(level: Level, options: SimulatedPcOptions = {}): Promise<Made> {
  const restoreCard =
    options.card === undefined ? { driver: 'none' } : { driver: 'deep-freeze', password: { env: variable } };
  const { room, site } = sampleRoom(1);
  const of = { ...room, level, restoreCard: restoreCard as Seat['restoreCard'] };
  const [seat] = seatsOf(of);
  if (seat === undefined) throw new Error('no seat');
  const made = await simulatedPc({ software, depot, name: seat.name, mac: seat.entry.mac, ...options });
  // An address of its own: the host of a test does not search the subnet for where DHCP puts it.
  await made.machine.configure({ dhcp: false, address: '10.30.1.55', prefix: 24, gateway: '10.30.1.1', dns: [] });
  made.machine.journal.act('machine', () => {
    installCardSoftware(made.machine, options.card ?? { kind: 'none' });
    // Windows 7 brings no Wubi, and a person installs one.
    if (options.os === 'win7') preinstall(made.machine, { product: 'freewb', version: '7.13' });
    made.machine.card.seal(options.card !== undefined);
  });
  return { ...made, modules: seatModules(site, of, seat, []) };
}

/** A run of the engine: everything in the seat's order, or, to take it back, against it. */
class Run {
  private readonly made: Made;
  private readonly provider: ExamsiteProvider;
  constructor(made: Made) {
    this.made = made;
    const hosts = { host: () => made.host, close: () => Promise.resolve() };
    this.provider = new ExamsiteProvider('0', modules, hosts);
  }

  private urn = ({ module }: SeatModule): string =>
    `urn:pulumi:room-301::examsite::${module.token}::${this.made.host.name}-${module.name}`;
  private inputs = ({ desired }: SeatModule): Properties => ({
    host: this.made.host.name,
    ...(desired as Properties),
  });

  /** @param but modules whose turn has not come yet */
  async up(but: readonly string[] = []): Promise<Map<string, Properties>> {
    const states = new Map<string, Properties>();
    for (const one of this.made.modules) {
      if (!but.includes(one.module.name)) states.set(one.module.name, await this.one(one.module.name));
    }
    return states;
  }

  async one(name: string): Promise<Properties> {
    const found = this.made.modules.find(({ module }) => module.name === name) ?? expect.fail(name);
    const created = await this.provider.create(this.urn(found), this.inputs(found));
    return created.outs as Properties;
  }

  /** What the engine does with what is in its state: it asks whether something has to be done. @returns modules that it updated */
  async again(states: ReadonlyMap<string, Properties>): Promise<string[]> {
    const updated: string[] = [];
    for (const one of this.made.modules) {
      const urn = this.urn(one);
      const read = await this.provider.read('id', urn, states.get(one.module.name) ?? {});
      const { changes } = await this.provider.diff('id', urn, read.props as Properties, this.inputs(one));
      if (changes !== true) continue;
      await this.provider.update('id', urn, read.props as Properties, this.inputs(one));
      updated.push(one.module.name);
    }
    return updated;
  }

  async destroy(only: readonly string[] = this.made.modules.map(({ module }) => module.name)): Promise<void> {
    for (const one of this.made.modules.toReversed()) {
      if (!only.includes(one.module.name)) continue;
      await this.provider.delete('id', this.urn(one), { ...this.inputs(one), reachable: true });
    }
  }
}

const starts = ({ machine }: Made): number => machine.journal.events.filter(({ action }) => action === 'up').length;
async function counted(made: Made, work: () => Promise<unknown>): Promise<number> {
  const before = starts(made);
  await work();
  return starts(made) - before;
}

/** What is not as required, as `check` would say it. */
async function faults(made: Made): Promise<string[]> {
  const looks = await Promise.all(
    made.modules.map(async ({ module, desired }) => module.plan(desired, await module.read(made.host, desired))),
  );
  return looks.flat().flatMap(({ verdict, property }) => (verdict === 'ok' ? [] : [`${property} ${verdict}`]));
}

describe('a fresh PC', () => {
  /** Two are the canary's proof, one opens a card, one is for all that was installed. */
  test.each([
    ...levels.flatMap((level) => [
      ['win10', level, 'no card', 3] as const,
      ['win7', level, 'no card', 3] as const,
      ['win10', level, 'a card that is on', 4] as const,
      ['win7', level, 'a card that is on', 4] as const,
    ]),
  ])('%s reaches %s, with %s, in %i restarts', async (os, level, which, expected) => {
    const made = await fresh(level, { os, ...(which === 'no card' ? {} : { card }) });
    const run = new Run(made);
    expect(await counted(made, () => run.up())).toBe(expected);
    expect(await faults(made)).toStrictEqual([]);
    expect(made.machine.shellPath()).toBe(pathOf(made));
  });

  test.each([
    ['no card', 1],
    ['a card that is on', 2],
  ] as const)('with %s is handed back in %i restarts, and nothing is left', async (which, expected) => {
    const made = await fresh('L2', which === 'no card' ? {} : { card });
    const before = machineState(made.machine);
    await new Run(made).up();
    expect(await counted(made, () => new Run(made).destroy())).toBe(expected);
    expect(machineState(made.machine)).toStrictEqual(before);
    expect(made.machine.card.frozen).toBe(which !== 'no card');
    expect(await made.host.notes.get('restart-wanted')).toBeUndefined();
    expect(await made.host.notes.get('pending-restart')).toBeUndefined();
  });
});

/** The engine starts them when the address is set, and does not wait for them with anything. */
describe('modules that nothing depends on', () => {
  const late = ['input-method', 'exam-client'];

  test.each<[string, (run: Run) => Promise<unknown>]>([
    ['are waited for while they run', (run) => Promise.all([...late, 'pending-restart'].map((name) => run.one(name)))],
    [
      'and come after the restart have one of their own in the same run',
      async (run) => {
        await run.one('pending-restart');
        await Promise.all(late.map((name) => run.one(name)));
      },
    ],
  ])('%s', async (_, rest) => {
    const made = await fresh('L1');
    const run = new Run(made);
    await run.up([...late, 'pending-restart']);
    const before = starts(made);
    await rest(run);
    expect(starts(made) - before).toBe(_.startsWith('are') ? 1 : 2);
    expect(await faults(made)).toStrictEqual([]);
  });

  test('leave the restart to the others when a person has to do something first', async () => {
    const made = await fresh('L1');
    made.machine.journal.act('person', () => preinstall(made.machine, { product: 'sogou', version: '9.1.0.2657' }));
    const run = new Run(made);
    await run.up([...late, 'pending-restart']);
    const [input, , last] = await Promise.allSettled([...late, 'pending-restart'].map((name) => run.one(name)));
    expect(input).toMatchObject({
      status: 'rejected',
      reason: { message: /input-method\.showing: .*uninstall by hand/ },
    });
    expect(last?.status).toBe('fulfilled');
    expect(await faults(made)).toStrictEqual(['showing failed']);
  });
});

const pathOf = ({ machine }: Made): unknown =>
  machine.registry.values('HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment')['Path']?.data;

/** A school's PC with a classroom program that has an older runtime loaded whenever somebody is logged on. */
async function used(level: Level): Promise<Made> {
  const made = await fresh(level);
  made.machine.journal.act('machine', () => {
    preinstall(made.machine, { product: 'vc-redist', version: '14.16.27033' });
    preinstall(made.machine, { product: 'classroom', version: '6.0' });
  });
  await made.machine.restart();
  return made;
}

test('what needs the restart first is left undone, and done after it: one restart more, and no failure', async () => {
  const made = await used('L2');
  const run = new Run(made);
  expect(made.machine.inUse('C:\\Windows\\System32\\msvcp140.dll')).toBe(true);
  const states = new Map<string, Properties>();
  expect(await counted(made, async () => (await run.up()).forEach((state, name) => states.set(name, state)))).toBe(3);
  expect(await faults(made)).toStrictEqual([]);
  // mysqld does not start with the old runtime, so its proof came after the restart; the state has what was seen before.
  expect(states.get('database')?.['actual']).toMatchObject({ servers: { mysql: { running: false } } });
  expect(await counted(made, () => new Run(made).again(states))).toBe(0);
});

test('what fails for another reason than the restart is told after it, by its own name', async () => {
  const made = await used('L2');
  made.machine.services.register('MySQL', { startType: 'Automatic', path: 'C:\\wamp\\mysqld.exe' });
  await expect(new Run(made).up()).rejects.toThrow(/database\.mysql\.version: .*not installed by examsite/);
});

describe('a PC that is set up', () => {
  test('is restarted once after a repair that asks for it, and not at all when nothing is wrong', async () => {
    const made = await fresh('L2');
    const states = await new Run(made).up();
    expect(await counted(made, () => new Run(made).again(states))).toBe(0);
    made.machine.journal.act('person', () => {
      made.machine.files.delete('C:\\Windows\\System32\\msvcp140.dll');
      preinstall(made.machine, { product: 'classroom', version: '6.0' });
      preinstall(made.machine, { product: 'vc-redist', version: '14.16.27033' });
    });
    await made.machine.restart();
    const run = new Run(made);
    const updated: string[] = [];
    expect(await counted(made, async () => updated.push(...(await run.again(states))))).toBe(1);
    expect(updated).toContain('desktop-tools');
    expect(updated.at(-1)).toBe('pending-restart');
    expect(await faults(made)).toStrictEqual([]);
  });

  test('loses one module of several without waiting for a restart that nobody would do', async () => {
    const made = await fresh('L2');
    await new Run(made).up();
    // Explorer has 360zip's menu entry loaded since the restart.
    expect(await counted(made, () => new Run(made).destroy(['desktop-tools']))).toBe(1);
    expect(made.machine.files.isDirectory('C:\\Program Files (x86)\\360\\360zip')).toBe(true);
    expect(made.machine.files.walk('C:\\Program Files (x86)\\360\\360zip')).toStrictEqual([]);
  });
});
