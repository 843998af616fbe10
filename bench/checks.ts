/** What every contender looks at on every host: real files and programs of this machine, so that the answers can be compared. */
import { existsSync } from 'node:fs';

export interface Check {
  readonly id: string;
  readonly kind: 'sha256' | 'content' | 'which';
  /** A path; for `which` a program's name. */
  readonly subject: string;
}

const files = [
  '/etc/hostname',
  '/etc/hosts',
  '/etc/passwd',
  '/etc/group',
  '/etc/fstab',
  '/etc/os-release',
  '/etc/debian_version',
  '/etc/nsswitch.conf',
  '/etc/services',
  '/etc/protocols',
  '/etc/profile',
  '/etc/shells',
  '/etc/issue',
  '/etc/login.defs',
];
const programs = ['sh', 'ls', 'cat', 'grep', 'sed', 'tar', 'gzip', 'find', 'sort', 'uname'];

/** As many as a PC's check asks, and of the same kind. The same list for the same machine. */
export function checks(count: number): Check[] {
  const there = files.filter((file) => existsSync(file)).slice(0, 10);
  const all: Check[] = [
    ...there.map((subject) => ({ kind: 'sha256' as const, subject })),
    ...there.map((subject) => ({ kind: 'content' as const, subject })),
    ...programs.map((subject) => ({ kind: 'which' as const, subject })),
  ].map((check) => ({ ...check, id: `${check.kind} ${check.subject}` }));
  return all.slice(0, count);
}

/** Host → check → answer: a hash, a file's content as base64, a path. */
export type Answers = Record<string, Record<string, string>>;
