/** `examsite lab start | stop | status | reset | do`: a simulated room to try everything on. */
import path from 'node:path';
import Table from 'cli-table3';
import { Argument, type Command } from 'commander';
import { UserError } from '../../core/errors.ts';
import type { Text } from '../../core/finding.ts';
import type { Home } from '../../core/home.ts';
import { ensureIdentity } from '../../hosts/identity.ts';
import { loadRoom } from '../../inventory/load.ts';
import type { Way } from '../../lab/outside/router.ts';
import { loadWhitelist, noWhitelist, whitelistPath, type Whitelist } from '../../whitelist/file.ts';
import { addressRule, rulesOf, siteRule } from '../../whitelist/rules.ts';
import { actions } from '../../lab/actions.ts';
import { LabClient, NotRunning } from '../../lab/control/client.ts';
import { launch } from '../../lab/control/launch.ts';
import type { LabStatus, PcStatus } from '../../lab/control/status.ts';
import { Lab } from '../../lab/lab.ts';
import type { Io } from '../io.ts';

const usualPort = '52022';

export interface StartOptions {
  readonly room: string;
  readonly port: string;
  readonly latency?: string;
  readonly seed?: string;
  readonly depotMbps?: string;
}

export function labCommand(program: Command, io: Io): void {
  const lab = program.command('lab').description('a room of simulated PCs, to try everything on');
  lab
    .command('start')
    .description('start the simulated PCs of a room; the first time they are made from its inventory')
    .requiredOption('--room <room>')
    .option('--port <port>', 'port of every SSH server; 0: a free one', usualPort)
    .option('--latency <factor>', 'how long things take: 0 no waiting, 1 as in a real room, 0.1 ten times as fast')
    .option('--depot-mbps <speed>', "the depot's uplink, Mbit/s (default: 1000); only when the room is made")
    .option('--seed <text>', 'another mix of PCs; only when the room is made')
    .action((options: StartOptions) => start(io, options));
  lab
    .command('stop')
    .description('stop the lab; the PCs keep their state')
    .action(() => stop(io));
  lab
    .command('status')
    .description('the PCs of the running lab')
    .action(() => withLab(io, (client) => client.status()));
  lab
    .command('reset')
    .description('new PCs in place of the old ones, with new host keys')
    .option('--seat <seat>', 'one of them: r301-s07, or 07', 'all')
    .action(({ seat }: { seat: string }) => withLab(io, (client) => client.reset(seat)));
  lab
    .command('router')
    .description('where the router of the running lab leads; a new lab has no internet, and this one is a stand-in')
    .addArgument(
      new Argument('<way>', 'whitelist: what inventories/whitelist.yaml lists now').choices([
        ...['whitelist', 'open', 'nowhere'],
      ]),
    )
    .action((way: Way['way']) => {
      const to = way === 'whitelist' ? whitelistWay(io.home) : { way };
      return withLab(io, (client) => client.router(to));
    });
  lab
    .command('do')
    .description('do something to a PC: see below')
    .argument('<seat>', 'r301-s07, 07 for short, or all')
    .argument('<action>')
    .argument('[args...]')
    .addHelpText('after', `\n${actionList(io)}`)
    .action((seat: string, action: string, args: string[]) => withLab(io, (client) => client.do(seat, action, args)));
}

function actionList(io: Io): string {
  return Object.values(actions)
    .map(({ usage, about }) => `  ${usage.padEnd(28)} ${about[io.lang]}`)
    .join('\n');
}

/** As a person sets a router by the list: which router it is, the lab does not say. @throws UserError WHL001 where there is no list */
export function whitelistWay(home: Home): Way {
  const whitelist = loadWhitelist(home);
  if (whitelist === undefined) throw noWhitelist(whitelistPath(home));
  return wayOf(whitelist);
}

function wayOf(whitelist: Whitelist): Way {
  const { http, https, inspect, addresses } = rulesOf(whitelist);
  const sites = [
    ...http.map((rule) => ({ scheme: 'http' as const, ...siteRule(rule) })),
    // This router opens no TLS: the PCs say so.
    ...[...https, ...inspect].map((rule) => ({ scheme: 'https' as const, ...siteRule(rule) })),
  ];
  return { way: 'whitelist', sites, addresses: addresses.map(addressRule) };
}

/** Also what the demo does first. @throws UserError LAB001 when a lab is running already */
export async function startLab(io: Io, options: StartOptions): Promise<LabStatus> {
  const { site, room } = loadRoom(io.home, options.room);
  const client = new LabClient(io.home.lab);
  const running = await client.running();
  if (running !== undefined) throw alreadyRunning(running);
  const dir = path.join(io.home.lab, `room-${room.room}`);
  const latency = options.latency === undefined ? undefined : numberFrom(options.latency, '--latency');
  if (!Lab.exists(dir)) {
    const authorizedKey = ensureIdentity(io.home).publicKey;
    const seed = options.seed ?? '1';
    const depotMbps = numberFrom(options.depotMbps ?? '1000', '--depot-mbps', 1);
    await Lab.create({ dir, room, site, authorizedKey, seed, depotMbps, latency: latency ?? 0 });
  }
  const port = numberFrom(options.port, '--port');
  await launch({ labFolder: io.home.lab, dir, port, ...(latency !== undefined && { latency }) }).catch(
    (error: unknown) => {
      throw error instanceof Error && error.message.includes('EADDRINUSE') ? portTaken(port) : error;
    },
  );
  return client.status();
}

async function start(io: Io, options: StartOptions): Promise<void> {
  const status = await startLab(io, options);
  io.print(
    said(io, {
      zh: `模拟机房 ${status.room} 已启动：${status.pcs.length} 台，进程 ${status.pid}。请在 inventories/site.yaml 中写入：`,
      en: `lab of room ${status.room} is running: ${status.pcs.length} PCs, process ${status.pid}. Put into inventories/site.yaml:`,
    }),
  );
  io.print(`ssh: { network: lab, port: ${status.port} }`);
  io.result(status);
}

async function stop(io: Io): Promise<void> {
  const stopped = await new LabClient(io.home.lab).stop();
  io.print(
    said(
      io,
      stopped
        ? { zh: '模拟机房已停止', en: 'the lab has stopped' }
        : { zh: '没有模拟机房在运行', en: 'no lab was running' },
    ),
  );
  io.result({ stopped });
}

async function withLab(io: Io, ask: (client: LabClient) => Promise<LabStatus>): Promise<void> {
  try {
    const status = await ask(new LabClient(io.home.lab));
    io.print(table(status));
    io.result(status);
  } catch (error) {
    if (error instanceof NotRunning) throw notRunning(error);
    if (error instanceof RangeError) throw refused(error);
    throw error;
  }
}

function table({ room, way, port, pid, rssBytes, pcs }: LabStatus): string {
  const rows = new Table({
    head: ['PC', 'OS', 'power', 'address', 'card', 'Chrome', 'Python', 'writes'],
    style: { head: [], border: [] },
    // A line between the PCs would make a room of 44 too long for a screen.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const pc of pcs) {
    rows.push([
      pc.name,
      pc.os,
      powerOf(pc),
      addressOf(pc),
      pc.card,
      pc.chrome ?? '-',
      pc.python.join(' ') || '-',
      pc.writes,
    ]);
  }
  const megabytes = Math.round(rssBytes / 1e6);
  return `${rows.toString()}\nroom ${room}, router ${way}, port ${port}, process ${pid}, ${megabytes} MB`;
}

const powerOf = ({ power, plugged }: PcStatus): string => (plugged ? power : `${power}, unplugged`);
const addressOf = ({ address, dhcp }: PcStatus): string => `${address ?? '-'}${dhcp ? ' (DHCP)' : ''}`;
const said = (io: Io, text: Text): string => text[io.lang];

function numberFrom(text: string, option: string, least = 0): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw new UserError([
    {
      where: `lab start ${option}`,
      expected: { zh: `不小于 ${least} 的数`, en: `a number of at least ${least}` },
      got: text,
      fix: { zh: '请改正', en: 'give one' },
      code: 'LAB004',
    },
  ]);
}

const alreadyRunning = (pid: number): UserError =>
  new UserError([
    {
      where: 'lab start',
      expected: { zh: '没有模拟机房在运行', en: 'no lab to be running' },
      got: `process ${pid}`,
      fix: { zh: '先运行 examsite lab stop', en: 'run examsite lab stop first' },
      code: 'LAB001',
    },
  ]);

const portTaken = (port: number): UserError =>
  new UserError([
    {
      where: 'lab start --port',
      expected: { zh: '空闲的端口', en: 'a free port' },
      got: String(port),
      fix: { zh: '换一个端口，或用 0 自动选择', en: 'choose another, or 0 for a free one' },
      code: 'LAB005',
    },
  ]);

const notRunning = (error: NotRunning): UserError =>
  new UserError([
    {
      where: 'lab',
      expected: { zh: '正在运行的模拟机房', en: 'a running lab' },
      got: error.message,
      fix: { zh: '先运行 examsite lab start --room 301', en: 'run examsite lab start --room 301' },
      code: 'LAB002',
    },
  ]);

const refused = (error: RangeError): UserError =>
  new UserError([
    {
      where: 'lab',
      expected: { zh: '模拟机房能做的事', en: 'something that the lab can do' },
      got: error.message,
      fix: { zh: '见 examsite lab do --help', en: 'see examsite lab do --help' },
      code: 'LAB003',
    },
  ]);
