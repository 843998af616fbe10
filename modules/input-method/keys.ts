/** Where Windows keeps input methods (windows-facts 11). Below `HKU\<SID>` everything is one account's. */
import type { MethodId } from './known.ts';

const chinese = '0x00000804';
export const services = `HKLM\\SOFTWARE\\Microsoft\\CTF\\TIP\\*\\LanguageProfile\\${chinese}\\*`;
export const layouts = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Keyboard Layouts\\*0804';

export const userProfile = (sid: string): string => `HKU\\${sid}\\Control Panel\\International\\User Profile`;
export const preload = (sid: string): string => `HKU\\${sid}\\Keyboard Layout\\Preload`;
export const substitutes = (sid: string): string => `HKU\\${sid}\\Keyboard Layout\\Substitutes`;
export const userServices = (sid: string): string =>
  `HKU\\${sid}\\Software\\Microsoft\\CTF\\TIP\\*\\LanguageProfile\\${chinese}\\*`;

/** GUID_TFCAT_TIP_KEYBOARD: below it is the order in which an account sees its keyboards. */
const keyboards = '{34745C63-B2F0-4784-8B67-5E12C8701A31}';
export const order = (sid: string, language = '*'): string =>
  `HKU\\${sid}\\Software\\Microsoft\\CTF\\SortOrder\\AssemblyItem\\${language}\\${keyboards}`;

/** The two halves of a text service, as Windows writes them: `{81D4E9C9-…}`, `{FA550B04-…}`. Undefined: a keyboard. */
export function serviceOf(id: MethodId): { readonly service: string; readonly profile: string } | undefined {
  const [, service, profile] = /^[0-9a-f]{4}:(\{[^}]+\})(\{[^}]+\})$/.exec(id) ?? [];
  if (service === undefined || profile === undefined) return undefined;
  return { service: service.toUpperCase(), profile: profile.toUpperCase() };
}

export const languageOf = (id: MethodId): string => id.slice(0, 4);
export const keyboardOf = (id: MethodId): string => id.slice(5);
/** `0x00000804` */
export const languageKey = (id: MethodId): string => `0x0000${languageOf(id)}`;
/** As the language list names a value: only GUIDs are in capitals. */
export const listed = (id: MethodId): string => id.toUpperCase();

export const userService = (sid: string, id: MethodId): string | undefined => {
  const found = serviceOf(id);
  return found === undefined
    ? undefined
    : `HKU\\${sid}\\Software\\Microsoft\\CTF\\TIP\\${found.service}\\LanguageProfile\\${languageKey(id)}\\${found.profile}`;
};
