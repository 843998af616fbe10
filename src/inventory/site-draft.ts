/** The site of an imported room: written with the first room, completed by whoever knows it. */
import { networkInterfaces } from 'node:os';
import { UserError } from '../core/errors.ts';
import type { Text } from '../core/finding.ts';
import { toProblem } from './fault.ts';
import { inSubnet } from './network-faults.ts';
import { site as siteSchema } from './schema.ts';
import type { Room, Site } from './schema.ts';
import { shapeFaults } from './shape.ts';

export interface SiteOptions {
  /** Name of the site, as printed. */
  readonly site?: string;
  /** People who run the site (S1). */
  readonly staff?: number;
  /** Base URL of the depot as the PCs see it. */
  readonly depot?: string;
  readonly ssh?: Partial<Site['ssh']>;
  readonly examClient?: NonNullable<Site['examClient']>;
}

/** The form the handbook prints (——XXX学院考点): plain to see that nobody has filled it in. */
const unnamed = 'XXX学院考点';
/** Where `examsite depot serve` listens unless told otherwise. */
const depotPort = 8080;

/**
 * @returns the site as it is to be, and what was assumed in it.
 * @throws UserError when an option is not of the form the site must have.
 */
export function draftSite(options: SiteOptions, before: Site | undefined, room: Room): { value: Site; notes: Text[] } {
  const { site, staff, depot, ssh, examClient } = options;
  const own = ownAddress(room.network.subnet);
  const value = {
    ...before,
    site: site ?? before?.site ?? unnamed,
    ...(staff === undefined ? {} : { staff }),
    ssh: { ...before?.ssh, ...ssh },
    ...(examClient === undefined ? {} : { examClient }),
    depot: depot ?? before?.depot ?? `http://${own ?? 'depot.invalid'}:${depotPort}/`,
  };
  const faults = shapeFaults(siteSchema, value);
  if (faults.length > 0) throw new UserError(faults.map((fault) => toProblem(fault, ([key]) => `--${key}`)));
  const assumed = !depot && !before;
  return {
    value: siteSchema.parse(value),
    notes: [...(!site && !before ? [nameNote] : []), ...(assumed ? [own ? depotNote(value.depot) : noDepotNote] : [])],
  };
}

/** The depot is most often served from the computer that imports; only an address inside the room is one the PCs can reach for certain. */
function ownAddress(subnet: string): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, address, internal }) => family === 'IPv4' && !internal && inSubnet(address, subnet))?.address;
}

const nameNote: Text = {
  zh: `site.yaml：未给出考点名称（--site），请把「${unnamed}」改为实际名称`,
  en: `site.yaml: no name of the site was given (--site); replace ${unnamed}`,
};
const noDepotNote: Text = {
  zh: 'site.yaml：未给出安装源网址（--depot），请把 depot.invalid 改为考生机访问安装源所用的地址',
  en: 'site.yaml: no depot was given (--depot); replace depot.invalid with the address at which the PCs reach it',
};
const depotNote = (url: string): Text => ({
  zh: `site.yaml：安装源设为本机 ${url}，如不对请修改 depot`,
  en: `site.yaml: the depot is taken to be this computer, ${url}; correct depot if it is not`,
});
