/** The controller's own key: one for the whole site, made on first use, never leaving the home folder. */
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { Home } from '../core/home.ts';
import { newKeyPair } from './key-pair.ts';

export interface Identity {
  /** `<home.keys>/id_ed25519` */
  readonly file: string;
  /** OpenSSH private key. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA… examsite`: what a PC's list of authorized keys must hold. */
  readonly publicKey: string;
}

/** Makes the key pair unless it is there. Two processes at once end up with the same one. */
export function ensureIdentity(home: Home): Identity {
  const file = path.join(home.keys, 'id_ed25519');
  mkdirSync(home.keys, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) make(file);
  const privateKey = readFileSync(file, 'utf8');
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw new Error(`${file} is not a private key: ${parsed.message}`);
  chmodSync(file, 0o600);
  const publicKey = `${parsed.type} ${parsed.getPublicSSH().toString('base64')} examsite`;
  if (!existsSync(`${file}.pub`)) writeFileSync(`${file}.pub`, `${publicKey}\n`);
  return { file, privateKey, publicKey };
}

function make(file: string): void {
  const draft = `${file}.${process.pid}`;
  const pair = newKeyPair('examsite');
  writeFileSync(draft, pair.private, { mode: 0o600 });
  try {
    // A hard link appears whole or not at all, and fails if somebody else was faster: then theirs is the key.
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
