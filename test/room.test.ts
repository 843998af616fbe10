// Does not prove real Windows PCs, nor a room of full size: three simulated PCs, so NO-GO for the room's size (S3) is the best there can be.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { machineState } from '../modules/machine-state.ts';
import type { Room } from '../src/inventory/schema.ts';
import { preinstall } from '../src/lab/packages/preinstall.ts';
import type { Pc } from '../src/lab/pc/pc.ts';
import { usualMix } from '../src/lab/room-mix.ts';
import { against, changed, differences, onlyTooSmall, unless } from './results.ts';
import { TestSite } from './site.ts';
import { needs } from './tools.ts';

const minute = 60_000;
const password = 'EXAMSITE_TEST_CARD_PASSWORD';
/** With this seed: Windows 10 with Chrome 96; Windows 7 with nothing; Windows 10 with Chrome 131 and a Python of the school's own. */
const seed = '34';
const names = ['r301-s01', 'r301-s02', 'r301-spare01'] as const;
const tampered = 'r301-s02';

/** A card of each kind that has a command line, and a PC without one. */
const withCards = (plain: Room): Room => ({
  ...plain,
  restoreCard: { driver: 'deep-freeze', password: { env: password } },
  seats: plain.seats.map((seat) => (seat.seat === '02' ? { ...seat, restoreCard: { driver: 'none' } } : seat)),
  spares: plain.spares.map((seat) => ({ ...seat, restoreCard: { driver: 'uwf' } })),
});

needs('pulumi').describe('a room from handover to handover', () => {
  let site: TestSite;
  let before: Record<string, string[]>;
  /** Windows' own count; no card on this PC sets it back. */
  const starts = (): number => {
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters';
    return Number(site.pc(tampered).registry.value(key, 'BootId')?.data);
  };
  const states = (): Record<string, string[]> =>
    Object.fromEntries(names.map((name) => [name, machineState(site.pc(name))]));

  beforeAll(async () => {
    const env = { [password]: 'a card password' };
    site = await TestSite.open({ net: '10.31.1', seats: 2, mix: usualMix, seed, env, room: withCards });
    before = states();
  }, minute);
  afterAll(() => site.close(), minute);

  it(
    'up makes every PC as required, whatever it was before',
    async () => {
      expect(names.map((name) => site.pc(name).card.frozen)).toEqual([true, false, true]);
      const before = starts();
      const up = await site.operate('up');
      expect(up).toMatchObject({ failures: [], unreachable: [], general: [], ended: { code: 0 } });
      // A line a PC, as each is done with all that is to be done on it.
      const lines = up.ended.stderr.matchAll(/^(\S+) done (\d+)\/\2$/gm);
      expect([...lines].map(([, name]) => name).toSorted()).toEqual([...names]);
      expect(against(await site.check())).toEqual(onlyTooSmall);
      // Two for the proof that no card restores, one for everything that was installed.
      expect(starts() - before).toBe(3);
      expect(names.map((name) => site.pc(name).nic.persistent())).toMatchObject(
        [101, 102, 103].map((last) => ({ dhcp: false, address: `10.31.1.${last}`, gateway: '10.31.1.1' })),
      );
    },
    3 * minute,
  );

  it(
    'up again changes nothing and writes to no PC',
    async () => {
      const writes = site.writes();
      expect(Math.min(...Object.values(writes))).toBeGreaterThan(0);
      const again = await site.operate('up');
      expect(again).toMatchObject({ changes: [], failures: [], unreachable: [], general: [], ended: { code: 0 } });
      expect(site.writes()).toEqual(writes);
    },
    2 * minute,
  );

  it(
    'a Chrome that has updated itself is named with both versions, and only that PC is repaired',
    async () => {
      await site.do(tampered, 'tamper', 'chrome', '120.0.6099.71');
      expect(against(await site.check())).toContain(`${tampered} browser.chrome drifted`);
      const writes = site.writes();
      const preview = await site.operate('preview', '--refresh');
      expect(preview.changes).toContainEqual({
        ...{ host: tampered, thing: 'browser', property: 'chrome', op: 'update' },
        ...{ from: '120.0.6099.71', to: '75.0.3770.100' },
      });
      // What follows from it (its updater is on again, the driver no longer fits) is named too; no other PC and no other thing is.
      expect(new Set(preview.changes.map(({ host, thing }) => `${host} ${thing}`))).toEqual(
        new Set([`${tampered} browser`]),
      );
      expect(site.writes()).toEqual(writes);

      const repaired = await site.operate('up');
      expect(repaired).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      expect(changed(repaired)).toEqual(changed(preview));
      const { [tampered]: mine = 0, ...others } = site.writes();
      expect(mine).toBeGreaterThan(writes[tampered] ?? 0);
      expect(writes).toMatchObject(others);
      expect(against(await site.check())).toEqual(onlyTooSmall);
    },
    3 * minute,
  );

  it(
    'a repair whose proof needs a restart has it within the same up, once, and only on that PC',
    async () => {
      const pc = site.pc(tampered);
      pc.journal.act('person', () => {
        preinstall(pc, { product: 'vc-redist', version: '14.16.27033' });
        preinstall(pc, { product: 'classroom', version: '6.0' });
      });
      await pc.restart();
      const [before, writes] = [starts(), site.writes()];
      const repaired = await site.operate('up');
      expect(repaired).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      expect(starts() - before).toBe(1);
      const { [tampered]: mine = 0, ...others } = site.writes();
      expect(mine).toBeGreaterThan(writes[tampered] ?? 0);
      expect(writes).toMatchObject(others);
      expect(against(await site.check())).toEqual(onlyTooSmall);
      expect(await site.operate('up')).toMatchObject({ changes: [], failures: [], ended: { code: 0 } });
      unteach(pc);
    },
    3 * minute,
  );

  it(
    'destroy hands every PC back as it was, but for what is documented as left behind',
    async () => {
      const destroyed = await site.operate('destroy');
      expect(destroyed).toMatchObject({ failures: [], general: [], ended: { code: 0 } });
      const after = states();
      expect(differences(before['r301-s02'], after['r301-s02'])).toEqual([]);
      expect(
        differences(before['r301-s01'], after['r301-s01']).filter(unless(formerChrome(before['r301-s01']))),
      ).toEqual([]);
      const spare = differences(before['r301-spare01'], after['r301-spare01']);
      expect(spare.filter(unless(formerChrome(before['r301-spare01']), formerPackages))).toEqual([]);
      expect(names.map((name) => site.pc(name).card.frozen)).toEqual([true, false, true]);
      expect(names.map((name) => site.pc(name).nic.persistent().dhcp)).toEqual([true, true, true]);
    },
    2 * minute,
  );
});

/** The classroom program goes again: the next test compares with the time before it. */
function unteach(pc: Pc): void {
  pc.journal.act('person', () => {
    pc.registry.deleteKey('HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run');
    pc.files.delete('C:\\Program Files (x86)\\Mythware');
  });
}

/** modules/browser/README.md: a former Chrome of another version does not come back. Its registration goes by its product code. */
function formerChrome(before: readonly string[] = []): RegExp {
  const named = before.find((line) => line.includes('DisplayName') && line.includes('Google Chrome'));
  const code = /\{[0-9A-F-]{36}\}/.exec(named ?? '')?.[0] ?? 'Google Chrome';
  return new RegExp(`Google|gupdate|${code}`);
}

/** modules/python/README.md: in an adopted interpreter, versions that no lock of the depot has stay as they are now. */
const formerPackages = /\\site-packages\\(?:requests|setuptools|pkg_resources)\b/;
