/** Programs that some tests need and a machine may lack. Locally such a test is skipped, with the reason in its name; in CI it fails. */
import path from 'node:path';
import { describe, it } from 'vitest';
import { findCommand } from '../engine/command.mjs';
import { python37 } from './python37.ts';

interface Description {
  /** Names it goes by. */
  readonly commands: readonly string[];
  readonly install: string;
  /** Where it may be besides, which no PATH tells. */
  readonly find?: () => string | undefined;
}

const descriptions = {
  ansible: { commands: ['ansible-playbook'], install: 'pip install ansible-core' },
  busybox: { commands: ['busybox'], install: 'apt-get install busybox' },
  chromedriver: { commands: ['chromedriver'], install: 'apt-get install chromium-driver' },
  chromium: { commands: ['chromium', 'chromium-browser', 'google-chrome'], install: 'apt-get install chromium' },
  curl: { commands: ['curl'], install: 'apt-get install curl' },
  dnsmasq: { commands: ['dnsmasq'], install: 'apt-get install dnsmasq-base' },
  dropbear: { commands: ['dropbear'], install: 'apt-get install dropbear-bin' },
  git: { commands: ['git'], install: 'apt-get install git' },
  go: { commands: ['go'], install: 'https://go.dev/dl' },
  haproxy: { commands: ['haproxy'], install: 'apt-get install haproxy' },
  ip: { commands: ['ip'], install: 'apt-get install iproute2' },
  mariadbd: { commands: ['mariadbd'], install: 'apt-get install mariadb-server' },
  'mariadb-install-db': { commands: ['mariadb-install-db'], install: 'apt-get install mariadb-server' },
  nft: { commands: ['nft'], install: 'apt-get install nftables' },
  openssl: { commands: ['openssl'], install: 'apt-get install openssl' },
  ping: { commands: ['ping'], install: 'apt-get install iputils-ping' },
  pdftotext: { commands: ['pdftotext'], install: 'apt-get install poppler-utils' },
  pulumi: { commands: ['pulumi'], install: 'npm test brings it' },
  pyinfra: { commands: ['pyinfra'], install: 'pip install pyinfra' },
  python3: { commands: ['python3'], install: 'apt-get install python3' },
  'python3.7': { commands: [], find: python37, install: 'pyenv install 3.7, Debian has none' },
  'systemd-nspawn': { commands: ['systemd-nspawn'], install: 'apt-get install systemd-container' },
  'redis-server': { commands: ['redis-server'], install: 'apt-get install redis-server' },
  ssh: { commands: ['ssh'], install: 'apt-get install openssh-client' },
  'ssh-keygen': { commands: ['ssh-keygen'], install: 'apt-get install openssh-client' },
  sshd: { commands: ['sshd'], install: 'apt-get install openssh-server' },
  unshare: { commands: ['unshare'], install: 'apt-get install util-linux' },
} as const satisfies Record<string, Description>;

export type Tool = keyof typeof descriptions;
const described: Readonly<Record<Tool, Description>> = descriptions;

/**
 * Where a tool is. Daemons live in folders that only root has on PATH.
 * @returns undefined when it is not on this machine
 */
export function findTool(tool: Tool, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const PATH = [env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(path.delimiter);
  const { commands, find } = described[tool];
  return commands.map((command) => findCommand(command, { PATH })).find((file) => file !== undefined) ?? find?.();
}

/** The path of a tool, for the body of a test that `needs` it. */
export function toolPath(tool: Tool): string {
  const file = findTool(tool);
  if (file === undefined) throw new Error(missing([tool]));
  return file;
}

/** `describe` and `it` of one test file or group, for tests that cannot be run without these tools: `needs('sshd').describe('…', …)`. */
export function needs(...tools: Tool[]): Pick<Needing, 'describe' | 'it'> {
  return choose(
    tools.filter((tool) => findTool(tool) === undefined),
    process.env['CI'] === 'true',
  );
}

export interface Needing {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void> | void, timeoutMs?: number): void;
}

/** Exported for its own test. */
export function choose(lacking: readonly Tool[], inCi: boolean): Needing {
  if (lacking.length === 0) return { describe, it };
  const why = missing(lacking);
  const fail = (name: string) =>
    it(name, () => {
      throw new Error(`${why} [TEST002]`);
    });
  if (inCi) return { describe: fail, it: fail };
  return {
    describe: (name, body) => describe.skip(`${name} (${why})`, body),
    it: (name, body) => it.skip(`${name} (${why})`, body),
  };
}

function missing(tools: readonly Tool[]): string {
  return tools.map((tool) => `${tool} is missing: ${descriptions[tool].install}`).join('; ');
}
