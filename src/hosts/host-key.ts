/** Host keys as they are pinned, shown to people, and read from a machine without logging in. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Client } from 'ssh2';
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

const keyTypes: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/**
 * AES-GCM first, then AES-CTR with a MAC of the plain text (encrypt-and-MAC), which is all that dropbear as OpenWrt builds it has in common with
 * this: the other modern modes fall to the Terrapin prefix attack (CVE-2023-48795) against servers without strict key exchange, and the OpenSSH
 * 8.1 that Windows 7 needs is one. AES-128 before 256: an exam PC's handshake and every byte are cheaper, at no loss that matters here.
 *
 * @param pinned the key that is expected. Its type is asked for first, but the others are offered too: a machine that no longer has
 *   such a key must be told apart from one that is not there.
 */
export function algorithms(pinned?: string): Algorithms {
  const type = pinned?.split(' ')[0];
  const first = type === 'ssh-rsa' ? keyTypes.filter((t) => t.startsWith('rsa')) : keyTypes.filter((t) => t === type);
  return {
    kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256'],
    serverHostKey: [...first, ...keyTypes.filter((t) => !first.includes(t))],
    cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'],
    // For CTR; GCM authenticates by itself. Encrypt-then-MAC would be open to the same attack.
    hmac: ['hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none'],
  };
}

/** @param raw the key as it comes in the key exchange: a length-prefixed type, then the rest. @returns `ssh-ed25519 AAAA…` */
export function hostKeyFromWire(raw: Buffer): string {
  const type = raw.toString('latin1', 4, 4 + raw.readUInt32BE(0));
  return `${type} ${raw.toString('base64')}`;
}

/** @returns `SHA256:…` as `ssh-keygen -lf` prints it. */
export function fingerprint(hostKey: string): string {
  const raw = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(raw).digest('base64').replace(/=+$/, '')}`;
}

/**
 * Goes only as far as the key exchange: nothing is authenticated, so the machine logs no failed logon. The key is what the machine claims; it
 * is proved only by a connection that pins it. So this finds machines, and is never a reason to trust one.
 *
 * @returns undefined when nothing there speaks SSH.
 */
export function readHostKey(socket: Socket, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const client = new Client();
    let seen: string | undefined;
    const finish = (): void => {
      socket.destroy();
      resolve(seen);
    };
    client.on('error', finish).on('close', finish);
    client.connect({
      sock: socket,
      username: 'nobody',
      algorithms: algorithms(),
      readyTimeout: timeoutMs,
      hostVerifier: (raw: Buffer) => {
        seen = hostKeyFromWire(raw);
        return false;
      },
    });
  });
}
