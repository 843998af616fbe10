import { z } from 'zod';
import type { Host, Value } from '../../src/core/host.ts';
import type { RegistryValue } from '../../src/core/primitives.ts';
import { observe } from '../observe.ts';
import { products } from '../products.ts';
import * as at from './keys.ts';
import { vendorOf } from './known.ts';
import type { Account, InputMethodActual, InputMethodDesired, Program, Registered } from './schema.ts';

const everybody = '*';
type Found = Value<'registry.find'>['keys'];

/** One round trip. A hive that is not loaded is loaded by the agent for the length of a call. */
export async function read(host: Host, desired: InputMethodDesired): Promise<InputMethodActual> {
  const [{ osVersion }, people, machine, choice, programs] = await Promise.all([
    host.hello(),
    observe(accountsOf(host, desired.except)),
    observe(registeredOn(host)),
    observe(choicesOf(host)),
    observe(inputPrograms(host)),
  ]);
  const list = isSeven(osVersion) ? 'preload' : 'language-list';
  const registered = machine.value?.methods ?? [];
  const methods = (sid: string): string[] => {
    if (choice.value === null) return [];
    return list === 'preload'
      ? [
          ...enabledServices(choice.value, machine.value?.enabled ?? new Map<string, boolean>(), sid),
          ...keyboardsOf(choice.value, sid),
        ]
      : languageList(choice.value, sid);
  };
  const looks = { accounts: people, registered: machine, choices: choice, programs };
  return {
    list,
    accounts: (people.value ?? []).map((one) => ({ ...one, methods: methods(one.sid) })),
    registered,
    programs: programs.value ?? [],
    unobserved: Object.fromEntries(
      Object.entries(looks).flatMap(([part, { why }]) => (why === null ? [] : [[part, why]])),
    ),
  };
}

/** Windows 7 is 6.1; the language list came with 8. */
const isSeven = (version: string): boolean => /^6\.[01]\b/.test(version);

const row = z.object({ Name: z.string(), SID: z.string(), Disabled: z.boolean() });

/** Who has a profile on this PC, is not disabled, and not one that no candidate uses. A domain's accounts go by their SID. */
async function accountsOf(host: Host, except: readonly string[]): Promise<Omit<Account, 'methods'>[]> {
  const properties = Object.keys(row.shape);
  const [{ keys }, { rows }, { subkeys }] = await Promise.all([
    host.call('registry.find', { pattern: `HKU\\${everybody}\\Keyboard Layout` }),
    host.call('cim.query', {
      namespace: 'root\\cimv2',
      class: 'Win32_UserAccount',
      properties,
      filter: 'LocalAccount=True',
    }),
    host.call('registry.read', { key: 'HKU', names: [] }),
  ]);
  const known = z.array(row).parse(rows);
  const left = new Set(except.map((name) => name.toLowerCase()));
  return keys.flatMap(({ key }) => {
    const sid = key.split('\\')[1] ?? '';
    const account = known.find((one) => one.SID === sid);
    const name = account?.Name ?? sid;
    if (account?.Disabled === true || left.has(name.toLowerCase())) return [];
    return [{ name, sid, loggedOn: subkeys.includes(sid) }];
  });
}

interface Machine {
  readonly methods: Registered[];
  /** By `{service}{profile}`: whether it is on for whoever has not said otherwise. */
  readonly enabled: ReadonlyMap<string, boolean>;
}

async function registeredOn(host: Host): Promise<Machine> {
  const [services, layouts] = await Promise.all([
    host.call('registry.find', {
      pattern: at.services,
      names: ['Description', 'Display Description', 'IconFile', 'Enable'],
    }),
    host.call('registry.find', { pattern: at.layouts, names: ['Layout Text', 'Ime File'] }),
  ]);
  const imes = layouts.keys.filter(({ values }) => textIn(values, 'Ime File') !== '');
  return {
    methods: [
      ...services.keys.map(({ key, values }) => ({
        id: `0804:${serviceIn(key)}`,
        text: words(values, ['Description', 'Display Description', 'IconFile']),
      })),
      ...imes.map(({ key, values }) => ({
        id: `0804:${lastPart(key).toLowerCase()}`,
        text: words(values, ['Layout Text', 'Ime File']),
      })),
    ],
    enabled: new Map(services.keys.map(({ key, values }) => [serviceIn(key), values['Enable']?.data === 1] as const)),
  };
}

interface Choices {
  /** The list of languages itself. */
  readonly profiles: Found;
  readonly languages: Found;
  readonly preload: Found;
  readonly substitutes: Found;
  readonly services: Found;
}

async function choicesOf(host: Host): Promise<Choices> {
  const find = async (pattern: string, names?: readonly string[]): Promise<Found> =>
    (await host.call('registry.find', { pattern, ...(names === undefined ? {} : { names }) })).keys;
  const [profiles, languages, preload, substitutes, services] = await Promise.all([
    find(at.userProfile(everybody), ['Languages']),
    find(`${at.userProfile(everybody)}\\*`),
    find(at.preload(everybody)),
    find(at.substitutes(everybody)),
    find(at.userServices(everybody), ['Enable']),
  ]);
  return { profiles, languages, preload, substitutes, services };
}

const of = (found: Found, sid: string): Found => found.filter(({ key }) => key.split('\\')[1] === sid);

/** Each language has its methods as values whose data is their place; the languages themselves are in an order of their own. */
function languageList({ profiles, languages }: Choices, sid: string): string[] {
  const data = of(profiles, sid)[0]?.values['Languages']?.data;
  const tags: readonly string[] = Array.isArray(data) ? data : [];
  const place = (key: string): number => {
    const at = tags.indexOf(lastPart(key));
    return at === -1 ? tags.length : at;
  };
  const sorted = of(languages, sid).toSorted((a, b) => place(a.key) - place(b.key));
  return sorted.flatMap(({ values }) =>
    Object.entries(values)
      .filter(([name]) => /^[0-9a-f]{4}:/i.test(name))
      .sort(([, a], [, b]) => Number(a.data) - Number(b.data))
      .map(([name]) => name.toLowerCase()),
  );
}

function keyboardsOf({ preload, substitutes }: Choices, sid: string): string[] {
  const replaced = of(substitutes, sid)[0]?.values ?? {};
  return Object.entries(of(preload, sid)[0]?.values ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, { data }]) => {
      const code = String(data).toLowerCase();
      const other = Object.entries(replaced).find(([name]) => name.toLowerCase() === code)?.[1].data;
      return `${code.slice(-4)}:${String(other ?? code).toLowerCase()}`;
    });
}

/** What an account has not switched itself is as the PC has it. */
function enabledServices({ services }: Choices, enabled: ReadonlyMap<string, boolean>, sid: string): string[] {
  const own = new Map(
    of(services, sid).map(({ key, values }) => [serviceIn(key), values['Enable']?.data === 1] as const),
  );
  const all = new Map([...enabled, ...own]);
  return [...all].flatMap(([service, on]) => (on ? [`0804:${service}`] : []));
}

/** Only those that are an input method; the whole list is nobody's business here. */
async function inputPrograms(host: Host): Promise<Program[]> {
  return (await products(host)).flatMap(({ name, uninstall, quietUninstall }) =>
    vendorOf(name) === undefined ? [] : [{ name, uninstall, quietUninstall }],
  );
}

/** `{81d4e9c9-…}{fa550b04-…}` of `…\CTF\TIP\{81D4E9C9-…}\LanguageProfile\0x00000804\{FA550B04-…}`. */
function serviceIn(key: string): string {
  const parts = key.toLowerCase().split('\\');
  return `${parts.at(-4) ?? ''}${parts.at(-1) ?? ''}`;
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('\\') + 1);
const textIn = (values: Readonly<Record<string, RegistryValue>>, name: string): string => {
  const data = values[name]?.data;
  return typeof data === 'string' ? data : '';
};
const words = (values: Readonly<Record<string, RegistryValue>>, names: readonly string[]): string =>
  names
    .map((name) => textIn(values, name))
    .filter((text) => text !== '')
    .join(' ');
