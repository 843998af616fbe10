/** Ed25519 key pairs in OpenSSH's form. */
import ssh2 from 'ssh2';

/** An Ed25519 public key on the wire: two length fields, the name, 32 bytes. */
const publicKeyBytes = 4 + 'ssh-ed25519'.length + 4 + 32;

/**
 * ssh2 cuts leading zero bytes off the public key (mscdex/ssh2#1390), so one pair in 256 is one that neither OpenSSH nor ssh2 itself can
 * read. Such a pair is thrown away.
 */
export function newKeyPair(comment = ''): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (isWhole(pair.private) && isWhole(pair.public)) return pair;
  }
}

/** Exported for its test. */
export function isWhole(key: string): boolean {
  const parsed = ssh2.utils.parseKey(key);
  return !(parsed instanceof Error) && parsed.getPublicSSH().length === publicKeyBytes;
}
