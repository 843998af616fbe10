/**
 * The inside of a simulated installer: what it puts on a machine, as data. An `.exe` is an executable of the program model `installer`; an
 * `.msi` is the same text without a program, because Windows does not run one: msiexec reads it.
 *
 * Strings of the effects may hold `[NAME]`, a property of the command line (`TargetDir`) or of the package.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RegistryValue } from '../../core/primitives.ts';

const registryValue: z.ZodType<RegistryValue> = z.strictObject({
  type: z.enum(['REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ', 'REG_DWORD', 'REG_QWORD', 'REG_BINARY']),
  data: z.union([z.string(), z.number(), z.array(z.string())]),
});

const fileEffect = z.strictObject({
  path: z.string(),
  /** Bytes on the disk; the content itself is a stand-in of a few. */
  size: z.int().min(0).optional(),
  version: z.string().optional(),
  executable: z.looseObject({ program: z.string() }).optional(),
  text: z.string().optional(),
});
export type FileEffect = z.infer<typeof fileEffect>;

export const effects = z.strictObject({
  files: z.array(fileEffect).default([]),
  /** With `when`, only if that property is `1`. */
  registry: z
    .array(
      z.strictObject({
        key: z.string(),
        values: z.record(z.string(), registryValue),
        when: z.string().optional(),
      }),
    )
    .default([]),
  services: z
    .array(
      z.strictObject({
        name: z.string(),
        startType: z.enum(['Boot', 'System', 'Automatic', 'Manual', 'Disabled']),
        path: z.string(),
      }),
    )
    .default([]),
  /** Full paths; created enabled. */
  tasks: z.array(z.string()).default([]),
  /** Folders put in front of the machine's PATH; with `when`, only if that property is `1`. */
  path: z.array(z.strictObject({ folder: z.string(), when: z.string().optional() })).default([]),
  /** Folders and registry keys that go as a whole at removal, with what has come into them since. */
  owns: z.array(z.string()).default([]),
});
export type Effects = z.infer<typeof effects>;

export const installer = z.strictObject({
  /** `burn`: a WiX bundle, as Python's and the VC++ runtime's installers are. `nsis` and `inno` leave an uninstaller of their own. */
  kind: z.enum(['msi', 'burn', 'nsis', 'inno']),
  product: z.string(),
  version: z.string(),
  productCode: z.string(),
  /** Packages of one product line have it in common: they replace each other. */
  upgradeCode: z.string(),
  minimumOs: z.string(),
  /** The file whose version resource says which version is really there, for a product that updates itself. */
  versionFile: z.string().optional(),
  properties: z.record(z.string(), z.string()).default({}),
  /** What an installation for all users (`InstallAllUsers=1`) changes in the properties. */
  allUsers: z.record(z.string(), z.string()).default({}),
  /** burn: the bundle's own name, under which it is kept whatever it was called when it ran. */
  original: z.string().optional(),
  /** On a Windows older than this it brings an update of Windows along, which waits for a restart. */
  updatesBefore: z.string().optional(),
  /** nsis, inno: where the uninstaller is put. */
  uninstaller: z.string().optional(),
  /** How long it takes, in the words of the latency model, where it is not the usual time of its kind. */
  operation: z.string().optional(),
  effects,
});
export type Installer = z.infer<typeof installer>;

const sealed = z.looseObject({ sha256: z.string(), payload: z.unknown() });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Windows runs all but an MSI. */
const programs: Readonly<Record<Installer['kind'], object>> = {
  msi: {},
  burn: { program: 'installer' },
  nsis: { program: 'nsis' },
  inno: { program: 'inno' },
};

/** The installer's file. The hash stands for the cabinet's and the bundle's own: one changed byte, and it is no package any more. */
export function seal(payload: Installer): Buffer {
  const program = programs[payload.kind];
  return Buffer.from(JSON.stringify({ ...program, sha256: sha256(JSON.stringify(payload)), payload }));
}

/** @returns undefined when this is no installer, or a damaged one */
export function unseal(content: Buffer): Installer | undefined {
  try {
    const file = sealed.parse(JSON.parse(content.toString('utf8')));
    if (file.sha256 !== sha256(JSON.stringify(file.payload))) return undefined;
    return installer.parse(file.payload);
  } catch {
    return undefined;
  }
}

/** A GUID that is the same for the same name, in the registry's spelling. */
export function guid(name: string): string {
  const hex = sha256(name).toUpperCase();
  return `{${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')}}`;
}
