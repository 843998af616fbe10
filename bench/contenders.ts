/** The same checks on the same hosts, by four tools, each as its own documentation recommends for speed. Each run is a whole process or more. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import type { Answers, Check } from './checks.ts';
import type { BenchHosts } from './hosts.ts';

export interface Contender {
  readonly name: string;
  /** How it was run, for the reader of the figures. */
  readonly how: string;
  run(): Promise<Answers>;
}

/** @param python folder of a virtual environment with ansible-core and pyinfra; undefined: without those two */
export function contenders(site: BenchHosts, all: readonly Check[], python: string | undefined): Contender[] {
  return [
    ssh(site, all),
    examsite(site, all),
    ...(python === undefined ? [] : [pyinfra(site, all, python), ansible(site, all, python)]),
  ];
}

/** Run by its interpreter: the first line of the script names the folder in which the environment was made. */
const program = (python: string, name: string): string => path.join(python, 'bin', name);

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** One line an answer, in the order of the checks. */
const shellLine = ({ kind, subject }: Check): string =>
  ({
    sha256: `sha256sum ${quote(subject)} | cut -d' ' -f1`,
    content: `base64 -w0 ${quote(subject)}; echo`,
    which: `command -v ${quote(subject)}`,
  })[kind];

function ssh({ hosts, user, port, keyFile, knownHosts }: BenchHosts, all: readonly Check[]): Contender {
  const script = all.map(shellLine).join('\n');
  const options = ['-F', 'none', '-T', '-i', keyFile, '-p', String(port), '-o', `UserKnownHostsFile=${knownHosts}`];
  return {
    name: 'ssh',
    how: `one \`ssh host\` each with all checks in one script, all ${hosts.length} at once`,
    run: async () =>
      Object.fromEntries(
        await Promise.all(
          hosts.map(async ({ name, address }) => {
            const { stdout } = await execa('ssh', [...options, '-o', 'BatchMode=yes', `${user}@${address}`, 'sh'], {
              input: script,
            });
            const lines = stdout.split('\n');
            return [name, Object.fromEntries(all.map((check, index) => [check.id, lines[index] ?? '']))] as const;
          }),
        ),
      ),
  };
}

const answers = z.record(z.string(), z.record(z.string(), z.string()));

function examsite({ home, hosts }: BenchHosts, all: readonly Check[]): Contender {
  const script = path.join(import.meta.dirname, 'examsite-check.ts');
  return {
    name: 'examsite',
    how: 'one process, one channel a host, all checks of a host in one round trip',
    run: async () => {
      const args = [script, JSON.stringify(all), ...hosts.map(({ name }) => name)];
      const { stdout } = await execa(process.execPath, args, { env: { EXAMSITE_HOME: home.root } });
      return answers.parse(JSON.parse(stdout));
    },
  };
}

function pyinfra(
  { home, hosts, user, port, keyFile, knownHosts }: BenchHosts,
  all: readonly Check[],
  python: string,
): Contender {
  const inventory = path.join(home.root, 'inventory.py');
  const deploy = path.join(import.meta.dirname, 'pyinfra-checks.py');
  const data = { ssh_user: user, ssh_port: port, ssh_key: keyFile, ssh_known_hosts_file: knownHosts };
  return {
    name: 'pyinfra',
    how: `a fact a check, ${hosts.length} hosts in parallel`,
    run: async () => {
      const list = hosts.map(
        ({ name, address }) => `    (${JSON.stringify(address)}, {"name": ${JSON.stringify(name)}, **common}),`,
      );
      const common = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
      await writeFile(inventory, `common = {${common.join(', ')}}\nhosts = [\n${list.join('\n')}\n]\n`);
      const results = path.join(home.root, 'pyinfra-results');
      const env = { BENCH_CHECKS: JSON.stringify(all), BENCH_RESULTS: results };
      await execa(
        path.join(python, 'bin', 'python'),
        [program(python, 'pyinfra'), '-y', '--parallel', String(hosts.length), inventory, deploy],
        {
          env,
        },
      );
      return merged(results);
    },
  };
}

/** One file a host. */
async function merged(folder: string): Promise<Answers> {
  const { readdir, readFile } = await import('node:fs/promises');
  const one = z.record(z.string(), z.string());
  const files = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async (file) =>
          [
            file.replace(/\.json$/, ''),
            one.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8'))),
          ] as const,
      ),
    ),
  );
}

const ansibleRun = z.object({
  plays: z.array(
    z.object({
      tasks: z.array(
        z.object({ task: z.object({ name: z.string() }), hosts: z.record(z.string(), z.looseObject({})) }),
      ),
    }),
  ),
});

function ansible(
  { home, hosts, user, port, keyFile, knownHosts }: BenchHosts,
  all: readonly Check[],
  python: string,
): Contender {
  const inventory = path.join(home.root, 'inventory.json');
  const playbook = path.join(home.root, 'playbook.json');
  const variables = {
    ansible_user: user,
    ansible_port: port,
    ansible_ssh_private_key_file: keyFile,
    ansible_python_interpreter: '/usr/bin/python3',
    ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${knownHosts}`,
  };
  const task = ({ id, kind, subject }: Check) => ({
    name: id,
    ...(kind === 'sha256'
      ? { 'ansible.builtin.stat': { path: subject, checksum_algorithm: 'sha256', follow: true } }
      : {}),
    ...(kind === 'content' ? { 'ansible.builtin.slurp': { src: subject } } : {}),
    ...(kind === 'which' ? { 'ansible.builtin.shell': `command -v ${quote(subject)}`, changed_when: false } : {}),
  });
  return {
    name: 'Ansible',
    how: `a task a check, pipelining, ${hosts.length} forks, connections kept (ControlPersist)`,
    run: async () => {
      const list = Object.fromEntries(hosts.map(({ name, address }) => [name, { ansible_host: address }]));
      await writeFile(inventory, JSON.stringify({ all: { hosts: list, vars: variables } }));
      await writeFile(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks: all.map(task) }]));
      const env = {
        ANSIBLE_PIPELINING: 'True',
        ANSIBLE_FORKS: String(hosts.length),
        ANSIBLE_STDOUT_CALLBACK: 'ansible.posix.json',
        ANSIBLE_HOME: path.join(home.root, 'ansible'),
        ANSIBLE_SSH_CONTROL_PATH_DIR: path.join(home.root, 'cp'),
        ANSIBLE_CALLBACK_PLUGINS: import.meta.dirname,
        ANSIBLE_LOCALHOST_WARNING: 'False',
        LC_ALL: 'C.UTF-8',
      };
      const { stdout } = await execa(
        path.join(python, 'bin', 'python'),
        [program(python, 'ansible-playbook'), '-i', inventory, playbook],
        {
          env: { ...env, ANSIBLE_STDOUT_CALLBACK: 'bench_json' },
        },
      );
      return fromTasks(ansibleRun.parse(JSON.parse(stdout)));
    },
  };
}

const result = z.object({
  stat: z.object({ checksum: z.string() }).optional(),
  content: z.string().optional(),
  stdout: z.string().optional(),
});

function fromTasks({ plays }: z.infer<typeof ansibleRun>): Answers {
  const found: Answers = {};
  for (const { task, hosts } of plays.flatMap(({ tasks }) => tasks)) {
    for (const [host, raw] of Object.entries(hosts)) {
      const { stat, content, stdout } = result.parse(raw);
      (found[host] ??= {})[task.name] = stat?.checksum ?? content ?? stdout ?? '';
    }
  }
  return found;
}
