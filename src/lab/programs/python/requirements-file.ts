/** A requirements file of exact pins, with or without hashes: the only kind an exam PC is given. */

export interface Requirement {
  readonly name: string;
  readonly version: string;
  /** Lower-case hex; empty: none given. */
  readonly sha256: readonly string[];
  /** `requests==2.26.0 (from -r C:\…\lock.txt (line 3))`: how pip speaks of it. */
  readonly origin: string;
}

export interface Requirements {
  readonly requirements: readonly Requirement[];
  /** The file itself may ask for hashes. */
  readonly requireHashes: boolean;
  /** The first line that is not such a pin. */
  readonly invalid: string | undefined;
}

/** @param origin what pip puts in brackets: `-r lock.txt` */
export function parseRequirement(text: string, origin: string): Requirement | undefined {
  const match = /^([A-Za-z0-9][\w.-]*)\s*==\s*([^\s;]+)((?:\s+--hash[= ]sha256:[0-9a-f]{64})*)\s*$/.exec(text.trim());
  if (!match) return undefined;
  const [, name = '', version = '', hashes = ''] = match;
  const sha256 = [...hashes.matchAll(/sha256:([0-9a-f]{64})/g)].map((hash) => hash[1] ?? '');
  return { name, version, sha256, origin: `${name}==${version}${origin === '' ? '' : ` (from ${origin})`}` };
}

export function parseRequirements(file: string, text: string): Requirements {
  const requirements: Requirement[] = [];
  let requireHashes = false;
  let invalid: string | undefined;
  // A backslash at the end of a line goes on in the next one; pip counts the line where it began.
  const logical = text.replace(/\\\r?\n/g, '\u0000').split(/\r?\n/);
  let number = 1;
  for (const joined of logical) {
    const line = joined
      .replaceAll('\u0000', ' ')
      .replace(/(?:^|\s)#.*$/, '')
      .trim();
    const requirement = parseRequirement(line, `-r ${file} (line ${number})`);
    if (line === '--require-hashes') requireHashes = true;
    else if (requirement) requirements.push(requirement);
    else if (line !== '') invalid ??= line;
    number += joined.split('\u0000').length;
  }
  return { requirements, requireHashes, invalid };
}
