/** R6 as data: applications by the names that they ask for (applications.yaml). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const application = z.strictObject({
  application: z.strictObject({ zh: z.string(), en: z.string() }),
  /** With everything below them. */
  names: z.array(z.string().regex(/^[a-z0-9.-]+$/)).min(1),
});
export type Application = z.infer<typeof application>;

export const applications: readonly Application[] = z
  .array(application)
  .parse(parse(readFileSync(path.join(import.meta.dirname, 'applications.yaml'), 'utf8')));

/** @param subdomains whether everything below the host is meant as well: `*.qq.com` opens `mail.qq.com` */
export function applicationsOpenedBy(host: string, subdomains: boolean): Application[] {
  const opens = (name: string): boolean =>
    host === name || host.endsWith(`.${name}`) || (subdomains && name.endsWith(`.${host}`));
  return applications.filter(({ names }) => names.some(opens));
}
