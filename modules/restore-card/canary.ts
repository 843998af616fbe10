/** A random word on every fixed volume and in the registry. It is all that is ever written to find out whether a card restores. */
import { randomUUID } from 'node:crypto';
import { CallError } from '../../src/core/errors.ts';
import type { Host } from '../../src/core/host.ts';
import type { Canary } from './memory.ts';

const registryKey = 'HKLM\\SOFTWARE\\examsite';
const registryName = 'Canary';
const registryPlace = `${registryKey}\\${registryName}`;

/** C: first; the registry is on C: too, but some cards spare its files. */
export const placesOn = (volumes: readonly string[]): string[] => [
  ...volumes.map((volume) => (volume === 'C:' ? 'C:\\ProgramData\\examsite\\canary' : `${volume}\\examsite-canary`)),
  registryPlace,
];

/** @returns whether the place holds the word. @throws CallError when it cannot be seen (a locked volume). */
export async function holds(host: Host, place: string, nonce: string): Promise<boolean> {
  if (place === registryPlace) {
    const { values } = await host.call('registry.read', { key: registryKey, names: [registryName] });
    return values[registryName]?.data === nonce;
  }
  try {
    const { base64 } = await host.call('file.read', { path: place });
    return Buffer.from(base64, 'base64').toString('latin1') === nonce;
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return false;
    throw error;
  }
}

/** Volumes that were taken out (a USB disk counts as fixed) prove nothing either way. */
export const stillThere = (place: string, volumes: readonly string[]): boolean =>
  place === registryPlace || volumes.some((volume) => place.startsWith(`${volume}\\`));

export const newCanary = (bootTime: string, volumes: readonly string[], starts: number | null): Canary => ({
  nonce: randomUUID(),
  places: placesOn(volumes),
  plantedIn: bootTime,
  complete: false,
  seenIn: [],
  starts,
});

const countKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters';

/** Windows' own count of its starts (windows-facts 4), kept on the disk that a card protects; null where it keeps none. */
export async function countedStarts(host: Host): Promise<number | null> {
  const { values } = await host.call('registry.read', { key: countKey, names: ['BootId'] });
  const data = values['BootId']?.data;
  return typeof data === 'number' ? data : null;
}

/** @returns places that did not take it: an antivirus that swallows writes says nothing. */
export async function plant(host: Host, { nonce, places }: Canary): Promise<string[]> {
  await Promise.all(places.map((place) => write(host, place, nonce)));
  const held = await Promise.all(places.map((place) => holds(host, place, nonce)));
  return places.filter((_place, index) => held[index] === false);
}

/** Also what an interrupted run has left: the places of a PC are always the same ones. */
export async function remove(host: Host, volumes: readonly string[]): Promise<void> {
  await Promise.all(
    placesOn(volumes).map((place) =>
      place === registryPlace
        ? host.call('registry.write', { key: registryKey, name: registryName, value: null })
        : host.call('file.delete', { path: place }),
    ),
  );
  const { exists, values, subkeys } = await host.call('registry.read', { key: registryKey });
  if (exists && Object.keys(values).length === 0 && subkeys.length === 0) {
    await host.call('registry.delete', { key: registryKey });
  }
}

const write = (host: Host, place: string, nonce: string): Promise<unknown> =>
  place === registryPlace
    ? host.call('registry.write', { key: registryKey, name: registryName, value: { type: 'REG_SZ', data: nonce } })
    : host.call('file.write', { path: place, base64: Buffer.from(nonce, 'latin1').toString('base64') });
