// Does not prove that a real Windows keeps its roots like this: what the contract suite does not ask of every host, of the model's own store.
import { describe, expect, test } from 'vitest';
import { act } from '../../actions.ts';
import { simulatedPc } from '../../testing.ts';
import { type Case, check } from './case.ts';

const digiCert = '4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161';

const cases: readonly Case[] = [
  {
    name: 'a Windows has roots of others, in both of its stores',
    call: { name: 'certificate.read', args: { organisation: 'DigiCert Inc' } },
    gives: { certificates: [{ sha256: digiCert }] },
  },
  {
    name: 'one of both stores can be taken out',
    before: [{ name: 'certificate.delete', args: { sha256: digiCert } }],
    call: { name: 'certificate.read', args: { organisation: 'DigiCert Inc' } },
    gives: { certificates: [] },
  },
  {
    name: 'a root is a value in the registry by its SHA-1, where a restore card reaches it',
    call: {
      name: 'registry.find',
      args: { pattern: 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\*\\Certificates\\A8985D3A*' },
    },
    gives: {
      keys: [{ values: { Blob: { type: 'REG_BINARY', data: expect.stringMatching(/^AwAAAAEAAAAUAAAA/) as string } } }],
    },
  },
  {
    name: 'what is not there is not deleted',
    call: { name: 'certificate.delete', args: { sha256: '0'.repeat(64) } },
    gives: {},
    writes: 0,
  },
];
test.each(cases)('$name', check);

describe.each(['win10', 'win7'] as const)('on %s a root that somebody has planted', (os) => {
  const made = async (frozen: boolean) => {
    const card = { kind: 'deep-freeze', frozen, password: 'x' } as const;
    const { machine, host } = await simulatedPc({ os, card });
    await act(machine, 'tamper', ['certificate', 'add', 'Somebody']);
    const count = async (): Promise<number> =>
      (await host.call('certificate.read', { organisation: 'Somebody' })).certificates.length;
    return { machine, host, count };
  };

  test('outlives a restart, is not written again, and can be taken out by hand', async () => {
    const { machine, host, count } = await made(false);
    await machine.restart();
    expect(await count()).toBe(1);
    const [der = ''] = (await host.call('certificate.read', { organisation: 'Somebody' })).certificates.map(
      (one) => one.der,
    );
    await host.call('certificate.add', { der });
    expect(machine.journal.writes).toBe(0);
    await act(machine, 'tamper', ['certificate', 'remove', 'Somebody']);
    expect(await count()).toBe(0);
    await expect(act(machine, 'tamper', ['certificate', 'remove', 'Somebody'])).rejects.toThrow(RangeError);
  });

  test('is forgotten by a restore card', async () => {
    const { machine, count } = await made(true);
    expect(await count()).toBe(1);
    await machine.restart();
    expect(await count()).toBe(0);
  });
});
