/** Host keys that a person has written down: OpenSSH's known_hosts, without wildcards and hashed names. */
import { readFileSync } from 'node:fs';

/** @returns `ssh-ed25519 AAAA…` without options and comment. */
export const bareKey = (line: string): string | undefined =>
  /(?:^|\s)((?:ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/]+=*)/.exec(line)?.[1];

/** @returns every key that the file has for this host; none where there is no such file. */
export function knownKeys(file: string, host: string, port: number): string[] {
  // As OpenSSH writes them: a port other than 22 is part of the name.
  const names = port === 22 ? [host, `[${host}]:22`] : [`[${host}]:${port}`];
  return read(file)
    .split('\n')
    .filter((line) => !line.startsWith('#') && !line.startsWith('@'))
    .filter((line) =>
      line
        .split(/\s/, 1)[0]
        ?.split(',')
        .some((name) => names.includes(name)),
    )
    .flatMap((line) => bareKey(line) ?? []);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
