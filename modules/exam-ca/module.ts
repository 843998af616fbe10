/** P15, where the whitelist has inspect entries: PCs trust the CA that the router opens their TLS with, for this cycle and no longer. */
import { z } from 'zod';
import type { Finding } from '../../src/core/finding.ts';
import type { Host } from '../../src/core/host.ts';
import type { Applied, Module } from '../../src/core/module.ts';
import { forgetSaved, replaceSaved, savedBefore } from '../../src/core/undo.ts';
import { caOrganisation } from '../../src/inspection/places.ts';
import { observe } from '../observe.ts';
import { asRoot, validityOf } from './certificate.ts';
import { propertyOf, requirement, trustFindings } from './plan.ts';
import { examCaActual, examCaDesired, type ExamCaActual, type ExamCaDesired } from './schema.ts';

const name = 'exam-ca';
const noRestart: Applied = { restartRequired: false };
const store = { zh: '“受信任的根证书颁发机构”（本地计算机）', en: "the PC's trusted root authorities" };

async function read(host: Host, { certificates }: ExamCaDesired): Promise<ExamCaActual> {
  const { value, why } = await observe(host.call('certificate.read', { organisation: caOrganisation }));
  if (value === null) return { roots: [], validity: {}, unobserved: why };
  return {
    roots: value.certificates.flatMap(({ der }) => asRoot(der) ?? []),
    validity: Object.fromEntries(certificates.map(({ sha256, der }) => [sha256, validityOf(der, value.now)])),
    unobserved: null,
  };
}

function plan({ certificates: wanted }: ExamCaDesired, { roots, validity, unobserved: why }: ExamCaActual): Finding[] {
  return trustFindings({ wanted, trusted: roots.map(({ sha256 }) => sha256), validity, why }, store);
}

const saved = z.strictObject({
  /** Hashes of what we put there. */
  added: z.array(z.string()),
  /** DER of what was there and we took out, by hash. */
  removed: z.record(z.string(), z.string()),
});

async function load(host: Host): Promise<z.infer<typeof saved>> {
  const known = await savedBefore(host, name);
  return known === undefined ? { added: [], removed: {} } : saved.parse(known);
}

async function apply(
  host: Host,
  desired: ExamCaDesired,
  actual: ExamCaActual,
  findings: readonly Finding[],
): Promise<Applied> {
  const open = new Set(findings.filter(({ verdict }) => verdict === 'drifted').map(({ property }) => property));
  const missing = desired.certificates.filter((_, index) => open.has(propertyOf(index)));
  const wanted = new Set(desired.certificates.map(({ sha256 }) => sha256));
  const former = open.has('former') ? actual.roots.filter(({ sha256 }) => !wanted.has(sha256)) : [];
  if (missing.length + former.length === 0) return noRestart;
  const before = await load(host);
  const ours = new Set(before.added);
  const others = former.filter(({ sha256 }) => !ours.has(sha256));
  await replaceSaved(host, name, {
    added: [...new Set([...before.added, ...missing.map(({ sha256 }) => sha256)])],
    removed: { ...before.removed, ...Object.fromEntries(others.map(({ sha256, der }) => [sha256, der])) },
  });
  await Promise.all([
    ...missing.map(({ der }) => host.call('certificate.add', { der })),
    ...former.map(({ sha256 }) => host.call('certificate.delete', { sha256 })),
  ]);
  return noRestart;
}

/** What was there before us comes back, whatever became of it since. */
async function undo(host: Host): Promise<Applied> {
  const { added, removed } = await load(host);
  const gone = added.filter((sha256) => removed[sha256] === undefined);
  await Promise.all([
    ...gone.map((sha256) => host.call('certificate.delete', { sha256 })),
    ...Object.values(removed).map((der) => host.call('certificate.add', { der })),
  ]);
  await forgetSaved(host, name);
  return noRestart;
}

export const examCa: Module<ExamCaDesired, ExamCaActual> = {
  ...{ name, token: 'examsite:pc:ExamCa', requirements: [requirement] },
  ...{ desired: examCaDesired, actual: examCaActual, read, plan, apply, undo },
};
