/** MariaDB, which distributions have in MySQL's place. */
import { compareVersions } from '../version.ts';

/**
 * What its makers say of it ("MariaDB versus MySQL: Compatibility"): 10.2 to 10.4 are limited drop-in replacements for MySQL 5.7, 10.0 and 10.1
 * for 5.6, 5.5 for 5.5. Of later ones they list the differences from MySQL 8.0 and claim no more than before. So none is a MySQL 8.0.
 *
 * @param version as a server tells it: `5.5.5-10.11.6-MariaDB-0+deb12u1`; the 5.5.5 is for clients that know no two digits
 * @returns undefined: not a MariaDB
 */
export function mariadb(version: string): { readonly version: string; readonly replaces: string } | undefined {
  const own = /^(?:5\.5\.5-)?(\d+(?:\.\d+)+)-MariaDB/i.exec(version)?.[1];
  if (own === undefined) return undefined;
  const from = (least: string): boolean => compareVersions(own, least) >= 0;
  return { version: own, replaces: from('10.2') ? '5.7' : from('10.0') ? '5.6' : '5.5' };
}
