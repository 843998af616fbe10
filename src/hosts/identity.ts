/** The controller's own key: one for the whole site, made on first use, never leaving the home folder. */
import { mkdir, readFile, writeFile, chmod, link, rm } from 'node:fs/promises';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { Home } from '../core/home.ts';

export interface Identity {
  /** `<home.keys>/id_ed25519` */
  readonly file: string;
  /** OpenSSH private key. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA… examsite`: what a PC's list of authorized keys must hold. */
  readonly publicKey: string;
}

/** Makes the key pair unless it is there. Two processes at once end up with the same one. */
export async function ensureIdentity(home: Home): Promise<Identity> {
  const file = path.join(home.keys, 'id_ed25519');
  await mkdir(home.keys, { recursive: true, mode: 0o700 });
  const found = await read(file);
  if (found !== undefined) return publish(file, found);
  const { private: made } = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'examsite' });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, made, { mode: 0o600, flag: 'wx' });
  // A hard link appears whole or not at all, and fails if somebody else was faster: then theirs is the key.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return publish(file, await readFile(file, 'utf8'));
}

async function publish(file: string, privateKey: string): Promise<Identity> {
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw new Error(`${file} is not a private key: ${parsed.message}`);
  await chmod(file, 0o600);
  const publicKey = `${parsed.type} ${parsed.getPublicSSH().toString('base64')} examsite`;
  if ((await read(`${file}.pub`))?.trim() !== publicKey) await writeFile(`${file}.pub`, `${publicKey}\n`);
  return { file, privateKey, publicKey };
}

const read = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
