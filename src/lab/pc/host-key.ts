import ssh2 from 'ssh2';

/** An Ed25519 public key on the wire: two length fields, the name, 32 bytes. */
const publicKeyBytes = 4 + 'ssh-ed25519'.length + 4 + 32;

/**
 * A new Ed25519 key in OpenSSH's form. ssh2 cuts leading zero bytes off the public key (mscdex/ssh2#1390), so one key in 256 is malformed; such a
 * one is thrown away. The controller has the same remedy; a simulated PC does not know the controller's code.
 */
export function newHostKey(comment: string): Buffer {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    const parsed = ssh2.utils.parseKey(key);
    if (!(parsed instanceof Error) && parsed.getPublicSSH().length === publicKeyBytes) return Buffer.from(key);
  }
}
