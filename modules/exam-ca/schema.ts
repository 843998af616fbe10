/** The exam site's own certification authority, as the PCs have to trust it. */
import { z } from 'zod';
import { asRoot } from './certificate.ts';

const certificate = z.strictObject({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'SHA-256 of its DER' }),
  der: z.base64().meta({ description: 'its DER, base64; public' }),
  notAfter: z.iso.datetime().meta({ description: 'until when it is good' }),
});

export const wantedCertificate = certificate.superRefine((given, context) => {
  const root = asRoot(given.der);
  const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  if (root === undefined) return issue('der', 'expected the DER of a certificate of examsite');
  if (root.sha256 !== given.sha256) issue('sha256', `expected ${root.sha256}, of this DER`);
  if (root.notAfter !== given.notAfter) issue('notAfter', `expected ${root.notAfter}, of this DER`);
});
export type WantedCertificate = z.infer<typeof wantedCertificate>;

export const certificates = z.array(wantedCertificate).meta({
  description:
    'what the PC has to trust; empty where the whitelist has no inspect entries: then none of ours may be left',
});

export const validity = z.enum(['valid', 'not-yet', 'run-out']);
export type Validity = z.infer<typeof validity>;

export const validities = z
  .record(z.string(), validity)
  .meta({ description: 'by hash of what is wanted: what it is by the own clock of the PC' });

export const examCaDesired = z.strictObject({ certificates });
export type ExamCaDesired = z.infer<typeof examCaDesired>;

export const examCaActual = z.strictObject({
  roots: z.array(certificate).meta({ description: 'certificates of examsite in the root store of the PC' }),
  validity: validities,
  unobserved: z.string().nullable().meta({ description: 'why the root store could not be seen' }),
});
export type ExamCaActual = z.infer<typeof examCaActual>;
