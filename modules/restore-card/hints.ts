/** Signs of cards that cannot be asked: services, and filters of the disk and volume drivers. They explain; they prove nothing. */
import type { Host } from '../../src/core/host.ts';

const services = ['ShdServ', 'diskpt', 'hdguard', 'lenovohd'];
const classes = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class';
/** Disk drives and volumes, with what Windows itself puts there. */
const filtered: readonly { readonly key: string; readonly stock: readonly string[] }[] = [
  { key: `${classes}\\{4d36e967-e325-11ce-bfc1-08002be10318}`, stock: ['partmgr', 'ehstorclass'] },
  { key: `${classes}\\{71a27cdd-812a-11d0-bec7-08002be2092f}`, stock: ['volsnap', 'fvevol', 'rdyboost', 'iorate'] },
];
const names = ['UpperFilters', 'LowerFilters'];

export async function hintsOf(host: Host): Promise<string[]> {
  const [found, ...keys] = await Promise.all([
    host.call('service.read', { names: services }),
    ...filtered.map(({ key }) => host.call('registry.read', { key, names })),
  ]);
  const running = found.services.filter((service) => service.exists).map((service) => `service ${service.name}`);
  const filters = keys.flatMap(({ values }, index) =>
    names
      .flatMap((name) => values[name]?.data ?? [])
      .filter((driver) => typeof driver === 'string' && !filtered[index]?.stock.includes(driver.toLowerCase()))
      .map((driver) => `disk filter ${String(driver)}`),
  );
  return [...running, ...filters].sort();
}
