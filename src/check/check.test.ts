// Does not prove what a real PC finds out (test/network/leaktest.test.ts): what becomes of the room when some PCs found out nothing.
import { expect, test } from 'vitest';
import { ScriptedHost, type Answer } from '../../modules/scripted-host.ts';
import { scratchHome } from '../inventory/testing-disk.ts';
import { seatsOf, type Room } from '../inventory/schema.ts';
import { sampleRoom } from '../lab/sample-room.ts';
import { sampleCheck } from '../report/testing.ts';
import { verdict } from '../report/verdict.ts';
import { parseEntry } from '../whitelist/entry.ts';
import { checkProbe, fromEverySeat } from './check.ts';
import { seatProbe } from './probe.ts';

const { room }: { room: Room } = sampleRoom(2);
const text = '203.0.113.40:8443';

function entry(written: string) {
  const parsed = parseEntry(written);
  if ('fault' in parsed) throw new Error(written);
  return { entry: parsed.entry, text: written, inspect: false, wide: false };
}

const result = (outcome: string) => ({ outcome, received: '', resolved: null, detail: '' });
/** The listed address is asked for first; the rest must be closed. */
const asked = (first: string, count = 200): ScriptedHost => {
  const results = [result(first), ...Array.from({ length: count }, () => result('refused'))];
  return new ScriptedHost([{ call: 'net.exchange', args: {}, ok: { results } } satisfies Answer]);
};
const mute = (): ScriptedHost =>
  new ScriptedHost([{ call: 'net.exchange', args: {}, error: { code: 'unsupported', message: 'no' } }]);
const off = (): ScriptedHost => new ScriptedHost([], {}, 'unreachable');

async function judged(hosts: readonly ScriptedHost[], entries: readonly string[] = [text]) {
  const list = { source: 'list.txt', sha256: '0'.repeat(64), widestBlock: 24, allowed: entries.map(entry) };
  const probe = await seatProbe(scratchHome(), room, list);
  if (probe === undefined) throw new Error('no probe');
  const looks = seatsOf(room).map((seat, index) => checkProbe(seat, hosts[index] ?? off(), probe));
  const roomFindings = fromEverySeat(await Promise.all(looks), true);
  const check = sampleCheck();
  const whole = { ...check, roomFindings: [...check.roomFindings, ...roomFindings] };
  return { findings: roomFindings.map((one) => `${one.requirement} ${one.verdict}`), word: verdict(whole).word };
}

test.each<[string, ScriptedHost[], string, string]>([
  ['every PC found all as it must be', [asked('connected'), asked('connected')], 'ok', 'GO'],
  ['one PC is off', [asked('connected'), off()], 'unknown', 'NO-GO'],
  ['one PC cannot ask', [asked('connected'), mute()], 'unknown', 'NO-GO'],
  ['one PC answers for a part only', [asked('connected'), asked('connected', 3)], 'unknown', 'NO-GO'],
  ['no PC could ask', [mute(), mute()], 'unknown', 'NO-GO'],
  ['one PC found a listed address dead, another is off', [asked('refused'), off()], 'failed', 'NO-GO'],
])('%s: the room is told so, and sealed only when it is GO', async (_, hosts, state, word) => {
  const found = await judged(hosts);
  expect(found.findings.filter((one) => /^R[89]/.test(one))).toEqual([`R8 ${state}`, `R9 ${state}`]);
  expect(found.word).toBe(word);
});

test('an entry that nobody can try keeps the room from GO', async () => {
  const found = await judged([asked('connected'), asked('connected')], [text, '203.0.113.64/28']);
  expect(found).toMatchObject({ word: 'NO-GO' });
  expect(found.findings).toContain('R9 unknown');
});
