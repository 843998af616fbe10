import ssh2 from 'ssh2';

/**
 * A new ed25519 key in OpenSSH's form. ssh2 1.17 strips leading zero bytes of the public key (lib/keygen.js), so that one in 256 of its keys is
 * malformed; such a one is thrown away.
 */
export function newHostKey(comment: string): Buffer {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return Buffer.from(key);
  }
}
