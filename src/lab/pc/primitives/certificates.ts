/** The machine's root store, asked and changed. */
import { Refusal } from '../fault.ts';
import { addRoot, certificateOf, organisationsOf, removeRoot, rootsOf, sha256Of } from '../root-store.ts';
import type { Handlers } from './perform.ts';

export const certificatePrimitives: Handlers<'certificate.read' | 'certificate.add' | 'certificate.delete'> = {
  'certificate.read': ({ registry }, { organisation }) => ({
    certificates: rootsOf(registry)
      .filter((der) => organisationsOf(der).includes(organisation))
      .map((der) => ({ sha256: sha256Of(der), der: der.toString('base64') }))
      .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
    now: `${new Date().toISOString().slice(0, 19)}Z`,
  }),
  'certificate.add': ({ registry }, { der }) => {
    const bytes = Buffer.from(der, 'base64');
    if (bytes.toString('base64') !== der || !certificateOf(bytes)?.raw.equals(bytes))
      throw new Refusal('bad-request', 'not exactly one certificate');
    addRoot(registry, bytes);
    return {};
  },
  'certificate.delete': ({ registry }, { sha256 }) => {
    removeRoot(registry, sha256);
    return {};
  },
};
