/** Gives an account an input method, and takes it away again, in its own hive: logged on or not. */
import type { Host } from '../../src/core/host.ts';
import type { RegistryValue } from '../../src/core/primitives.ts';
import { prune, topmostMissing } from '../registry-keys.ts';
import * as at from './keys.ts';
import type { MethodId } from './known.ts';
import type { InputMethodActual } from './schema.ts';
import type { Given } from './saved.ts';

interface Write {
  readonly key: string;
  readonly name: string;
  readonly value: RegistryValue;
}

const text = (data: string): RegistryValue => ({ type: 'REG_SZ', data });
const number = (data: number): RegistryValue => ({ type: 'REG_DWORD', data });
const nothing = '{00000000-0000-0000-0000-000000000000}';

/** The tag of the language list by the method's language. */
const tags: Readonly<Record<string, string>> = { '0409': 'en-US', '0804': 'zh-Hans-CN' };

export interface Recipe {
  readonly given: Given;
  readonly writes: readonly Write[];
}

/** What has to be written, and what has to be remembered of it before that. Changes nothing. */
export async function recipe(host: Host, sid: string, id: MethodId, list: InputMethodActual['list']): Promise<Recipe> {
  const service = at.userService(sid, id);
  const [before, choice, preload, order] = await Promise.all([
    service === undefined ? undefined : valuesOf(host, service),
    list === 'language-list' ? languageWrites(host, sid, id) : { writes: [], language: null },
    service === undefined ? preloadWrites(host, sid, id) : [{ key: service, name: 'Enable', value: number(1) }],
    orderWrites(host, sid, id),
  ]);
  const writes = [...choice.writes, ...preload, ...order];
  const keys = [...new Set(writes.map(({ key }) => key))];
  const tops = await Promise.all(keys.map((key) => topmostMissing(host, key)));
  const enabled = before?.['Enable']?.data;
  return {
    writes,
    given: {
      id,
      language: choice.language,
      enabled: typeof enabled === 'number' ? enabled : null,
      made: keys.flatMap((key, index) => {
        const top = tops[index];
        return top === undefined ? [] : [{ key, top }];
      }),
    },
  };
}

export async function give(host: Host, { writes }: Recipe): Promise<void> {
  await Promise.all(writes.map(({ key, name, value }) => host.call('registry.write', { key, name, value })));
}

const valuesOf = async (host: Host, key: string): Promise<Readonly<Record<string, RegistryValue>>> =>
  (await host.call('registry.read', { key })).values;

/** At the end of its language, which is added where the account does not have it. */
async function languageWrites(
  host: Host,
  sid: string,
  id: MethodId,
): Promise<{ writes: Write[]; language: string | null }> {
  const root = at.userProfile(sid);
  const { values, subkeys } = await host.call('registry.read', { key: root });
  const wanted = tags[at.languageOf(id)] ?? 'zh-Hans-CN';
  const tag = subkeys.find((one) => one.split('-')[0] === wanted.split('-')[0]) ?? wanted;
  const places = Object.values(await valuesOf(host, `${root}\\${tag}`)).map(({ data }) => Number(data) || 0);
  const entry = { key: `${root}\\${tag}`, name: at.listed(id), value: number(Math.max(0, ...places) + 1) };
  const data = values['Languages']?.data;
  const languages: readonly string[] = Array.isArray(data) ? data : [];
  if (languages.includes(tag)) return { writes: [entry], language: null };
  const longer: RegistryValue = { type: 'REG_MULTI_SZ', data: [...languages, tag] };
  return { writes: [entry, { key: root, name: 'Languages', value: longer }], language: tag };
}

/** Keyboards, and input methods of the older kind, are numbered from 1 on. */
async function preloadWrites(host: Host, sid: string, id: MethodId): Promise<Write[]> {
  const key = at.preload(sid);
  const codes = Object.entries(await valuesOf(host, key));
  const code = at.keyboardOf(id).toUpperCase();
  if (codes.some(([, { data }]) => String(data).toUpperCase() === code)) return [];
  const last = Math.max(0, ...codes.map(([name]) => Number(name) || 0));
  return [{ key, name: String(last + 1), value: text(code) }];
}

async function orderWrites(host: Host, sid: string, id: MethodId): Promise<Write[]> {
  const root = at.order(sid, at.languageKey(id));
  const { subkeys } = await host.call('registry.read', { key: root, names: [] });
  const next = Math.max(-1, ...subkeys.map((name) => parseInt(name, 16) || 0)) + 1;
  const key = `${root}\\${next.toString(16).padStart(8, '0').toUpperCase()}`;
  const found = at.serviceOf(id);
  return [
    { key, name: 'CLSID', value: text(found?.service ?? nothing) },
    { key, name: 'KeyboardLayout', value: number(found === undefined ? handleOf(id) : 0) },
    { key, name: 'Profile', value: text(found?.profile ?? nothing) },
  ];
}

/** A keyboard's handle: itself and its language; of an older input method its own number. */
function handleOf(id: MethodId): number {
  const code = parseInt(at.keyboardOf(id), 16);
  return code > 0xffff ? code : ((code << 16) | parseInt(at.languageOf(id), 16)) >>> 0;
}

/** By what it is and not by where it was put: Windows and the account may have sorted the list since. */
export async function take(host: Host, sid: string, { id, language, enabled, made }: Given): Promise<void> {
  await takeFromLanguages(host, sid, id, language);
  await takeFromOrder(host, sid, id);
  const service = at.userService(sid, id);
  if (service === undefined) await takeFromPreload(host, sid, id);
  else {
    const value = enabled === null ? null : number(enabled);
    await host.call('registry.write', { key: service, name: 'Enable', value });
  }
  for (const { key, top } of made) await prune(host, key, top);
}

async function takeFromLanguages(host: Host, sid: string, id: MethodId, language: string | null): Promise<void> {
  const root = at.userProfile(sid);
  const { exists, values, subkeys } = await host.call('registry.read', { key: root });
  if (!exists) return;
  const names = [at.listed(id), id];
  for (const tag of subkeys) {
    await Promise.all(names.map((name) => host.call('registry.write', { key: `${root}\\${tag}`, name, value: null })));
  }
  const data = values['Languages']?.data;
  if (language === null || !Array.isArray(data)) return;
  const left = Object.keys(await valuesOf(host, `${root}\\${language}`)).filter((name) => /^[0-9a-f]{4}:/i.test(name));
  // Somebody has put another method of this language there since: then the language is theirs.
  if (left.length > 0) return;
  const rest: readonly string[] = data.filter((one) => one !== language);
  await host.call('registry.write', { key: root, name: 'Languages', value: { type: 'REG_MULTI_SZ', data: rest } });
  await host.call('registry.delete', { key: `${root}\\${language}` });
}

async function takeFromOrder(host: Host, sid: string, id: MethodId): Promise<void> {
  const found = at.serviceOf(id);
  const { keys } = await host.call('registry.find', { pattern: `${at.order(sid, at.languageKey(id))}\\*` });
  for (const { key, values } of keys) {
    const same =
      found === undefined
        ? Number(values['KeyboardLayout']?.data) === handleOf(id)
        : String(values['CLSID']?.data).toUpperCase() === found.service &&
          String(values['Profile']?.data).toUpperCase() === found.profile;
    if (same) await host.call('registry.delete', { key });
  }
}

/** The numbers stay without a gap: Windows stops at the first one. */
async function takeFromPreload(host: Host, sid: string, id: MethodId): Promise<void> {
  const key = at.preload(sid);
  const all = Object.entries(await valuesOf(host, key)).sort(([a], [b]) => Number(a) - Number(b));
  const code = at.keyboardOf(id).toUpperCase();
  const rest = all.filter(([, { data }]) => String(data).toUpperCase() !== code).map(([, value]) => value);
  if (rest.length === all.length) return;
  for (const [index, value] of rest.entries()) {
    await host.call('registry.write', { key, name: String(index + 1), value });
  }
  for (const [name] of all.slice(rest.length)) await host.call('registry.write', { key, name, value: null });
}
