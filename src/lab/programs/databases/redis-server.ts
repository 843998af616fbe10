/** redis-server.exe of tporadowski's port: its service commands, and what it says without a login (windows-facts 7). */
import { Refusal } from '../../pc/fault.ts';
import type { Listener, ServerModel, Serving } from '../../pc/listeners.ts';
import type { Machine, Program } from '../../pc/machine.ts';
import { exit, lines } from '../exit.ts';

const valueAfter = (args: readonly string[], name: string): string | undefined =>
  args.includes(name) ? args[args.indexOf(name) + 1] : undefined;

/** The commands count only as the first argument; anywhere else it is a server that nobody stops. */
export const redisServer: Program = ({ machine, exe, facts, args }) => {
  const [first = '', conf = ''] = args;
  const name = valueAfter(args, '--service-name') ?? 'Redis';
  if (first === '--version')
    return Promise.resolve(
      exit(0, lines(`Redis server v=${String(facts['version'])} sha=1c047b68:0 malloc=jemalloc bits=64`)),
    );
  if (first === '--service-install') return Promise.resolve(install(machine, exe, name, conf));
  if (first === '--service-uninstall') return Promise.resolve(uninstall(machine, name));
  return Promise.resolve(exit(1, '', lines('a server in the foreground is not modelled')));
};

function install(machine: Machine, exe: string, name: string, conf: string) {
  if (!machine.files.read(conf)) return exit(1, '', lines(`could not find ${conf}`));
  if (machine.services.read(name).exists) return exit(1, '', lines('the service exists'));
  machine.services.register(name, {
    startType: 'Automatic',
    path: `"${exe}" --service-run "${conf}" --service-name ${name}`,
  });
  return exit(0, lines('Redis successfully installed as a service.'));
}

function uninstall(machine: Machine, name: string) {
  if (!machine.services.read(name).exists) return exit(1, '', lines('no such service'));
  machine.services.stop(name);
  machine.services.unregister(name);
  return exit(0, lines('Redis service successfully uninstalled.'));
}

/** Lines `name value`; a value in quotes has escapes. */
function configuration({ machine, args }: Serving): Map<string, string> | undefined {
  const file = /--service-run "([^"]+)"/.exec(args)?.[1];
  const text = file === undefined ? undefined : machine.files.read(file)?.content.toString('utf8');
  if (text === undefined) return undefined;
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const { name, value } = /^(?<name>[a-z-]+)\s+(?<value>.+)$/.exec(line.trim())?.groups ?? {};
      return name === undefined || value === undefined
        ? []
        : [[name, value.startsWith('"') ? String(JSON.parse(value)) : value] as const];
    }),
  );
}

function start(serving: Serving): void {
  if (configuration(serving) === undefined)
    throw new Refusal('failed', 'the service ended unexpectedly (1067): no configuration');
}

function listen(serving: Serving): Listener[] {
  const conf = configuration(serving) ?? new Map<string, string>();
  const required = conf.get('requirepass');
  const version = String(serving.facts['version']);
  const respond = (received: Buffer): Buffer | undefined =>
    received.toString('latin1').startsWith('PING')
      ? Buffer.from(required === undefined ? '+PONG\r\n' : '-NOAUTH Authentication required.\r\n')
      : undefined;
  const login = (password: string | null) => {
    if (required === undefined && password !== null) return { refused: 'Client sent AUTH, but no password is set' };
    if (required === undefined || required === password)
      return { version, databases: serving.machine.files.read('C:\\Redis\\dump.rdb') ? ['db0'] : [] };
    return { refused: password === null ? 'Authentication required.' : 'invalid password' };
  };
  return [{ bind: conf.get('bind') ?? '0.0.0.0', port: Number(conf.get('port') ?? 6379), respond, login }];
}

export const redisServerModel: ServerModel = { listen, start };
