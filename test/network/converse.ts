/** Has every conversation, and complains of what is not as it must be: at the PC, on the wire at the other end, in the box's own records. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ExchangeResult } from '../../src/core/exchange.ts';
import type { Box } from './box.ts';
import { answerOf, conversations, packetOf, type Row } from './conversations.ts';
import { room, type ExamNetwork } from './exam-network.ts';
import { internet } from './internet.ts';
import type { LocalAgent } from './local-agent.ts';

const execute = promisify(execFile);

export interface Look {
  readonly rows: readonly Row[];
  /** What each row's client got to see, by id. */
  readonly said: Readonly<Record<string, string>>;
  /** What arrived somewhere and had no business to, a line each. */
  readonly leaked: readonly string[];
}

/**
 * All at once: it takes as long as the slowest.
 *
 * @param pc the agent of the first PC
 * @param opened also those about TLS that the router opens
 */
export async function look(network: ExamNetwork, pc: LocalAgent, opened = false): Promise<Look> {
  forget(network);
  const kinds = opened ? [conversations, conversations.inspected] : [conversations];
  const rows = kinds.flatMap(({ allowed, forbidden }) => [...allowed, ...forbidden]);
  const [said, managed] = await Promise.all([talk(network, pc, rows), manage(network)]);
  return { rows: [...rows, ...management], said: { ...said, ...managed }, leaked: leaks(network) };
}

/** One line for everything that is not as it must be. */
export function complaints({ rows, said, leaked }: Look): string[] {
  return [...rows.flatMap((one) => wrong(one, said)), ...leaked];
}

function wrong({ id, what, says = '' }: Row, said: Look['said']): string[] {
  const client = said[id] ?? 'nothing';
  const isPage = client.includes('this is ') && !says.startsWith('this is ');
  const isWrong = !client.includes(says) || isPage || client === 'answered by ping';
  return isWrong ? [`${id} (${what}): expected ${says === '' ? 'no page' : says}, got ${client.trim()}`] : [];
}

function forget({ inet, records }: ExamNetwork): void {
  inet.forget();
  for (const record of Object.values(records)) record.forget();
}

async function talk(network: ExamNetwork, pc: LocalAgent, rows: readonly Row[]): Promise<Record<string, string>> {
  const said = await Promise.all([...rows.map((one) => browse(network, one)), exchange(pc, rows), ping(pc, rows)]);
  // What is on its way arrives, and the servers' lines reach this process.
  await sleep(30);
  return Object.assign({}, ...said) as Record<string, string>;
}

/** Whoever manages the box reaches its sshd (refused is reached too: in some tests none listens there), and the box by ping. */
const management = [
  { id: 'M1', what: 'the box by its controller', curl: ['http://10.99.0.1:22/'], says: 'reached' },
  { id: 'M2', what: 'the box by its controller, by ping', curl: [], says: ' 0% packet loss' },
  { id: 'M3', what: 'the proxy by the box itself', curl: [], says: 'examsite-' },
];

async function manage({ controller, box }: ExamNetwork): Promise<Record<string, string>> {
  const [ssh, echo, info] = await Promise.all([
    client(controller, ['curl', '-s', '--connect-timeout', '1', 'http://10.99.0.1:22/']),
    client(controller, ['ping', '-c', '1', '-W', '1', '10.99.0.1']),
    client(box, ['python3', '-c', askProxy]),
  ]);
  return { M1: ssh === 'curl 28' ? 'silent' : 'reached', M2: echo, M3: info };
}

const askProxy =
  'import socket; s=socket.create_connection(("127.0.0.1",9901),1); s.sendall(b"show info\\n"); print(s.makefile().read())';

/** @returns what it printed, or `curl 28` where it failed with 28. */
async function client(namespace: string, command: readonly string[], name = command[0] ?? ''): Promise<string> {
  try {
    const { stdout } = await execute('ip', ['netns', 'exec', namespace, ...command], {
      env: { PATH: process.env['PATH'] },
      timeout: 12_000,
    });
    return stdout;
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${name} ${String(error.code)}` : String(error);
  }
}

async function exchange(pc: LocalAgent, rows: readonly Row[]): Promise<Record<string, string>> {
  const some = rows.flatMap((one) => {
    const packet = packetOf(one);
    return packet === undefined ? [] : [{ id: one.id, isDns: 'dns' in one, packet }];
  });
  const exchanges = some.map(({ packet: { send, protocol, address, port } }) => ({
    ...{ protocol, address, port, send: send.toString('base64') },
    ...{ receiveBytes: protocol === 'udp' ? 512 : 4096, timeoutMs: 700 },
  }));
  const { results } = await pc.call('net.exchange', { exchanges });
  return Object.fromEntries(some.map(({ id, isDns }, index) => [id, spoken(results[index], isDns)]));
}

function spoken(result: ExchangeResult | undefined, isDns: boolean): string {
  const received = Buffer.from(result?.received ?? '', 'base64');
  if (isDns && received.length >= 12) return answerOf(received);
  return `${result?.outcome ?? ''} ${received.toString('latin1')} ${result?.detail ?? ''}`;
}

async function ping(pc: LocalAgent, rows: readonly Row[]): Promise<Record<string, string>> {
  const some = rows.flatMap((one) => ('ping' in one ? [one] : []));
  if (some.length === 0) return {};
  const { results } = await pc.call('net.ping', { addresses: some.map((one) => one.ping), timeoutMs: 300 });
  return Object.fromEntries(
    some.map(({ id }, index) => [id, results[index]?.answered === true ? 'answered by ping' : 'silent']),
  );
}

/** Greets the proxy with a name, says something within TLS, and prints what comes back. */
const sayWithin = `import socket, ssl, sys
gateway, name, text = sys.argv[1:]
context = ssl._create_unverified_context()
with context.wrap_socket(socket.create_connection((gateway, 443), 3), server_hostname=name) as tls:
    tls.settimeout(2)
    tls.sendall(text.encode())
    try:
        while True:
            data = tls.recv(4096)
            if not data: break
            sys.stdout.write(data.decode())
            sys.stdout.flush()
    except TimeoutError: pass`;

async function browse({ pcs, resolvConf, authority }: ExamNetwork, one: Row): Promise<Record<string, string>> {
  const [pc = ''] = pcs;
  if ('tls' in one)
    return { [one.id]: await client(pc, ['python3', '-c', sayWithin, room.gateway, one.tls, one.send], 'python3') };
  if (!('curl' in one)) return {};
  const trust = one.trusting === true ? ['--cacert', authority] : ['-k'];
  const always = ['-s', ...trust, '--connect-timeout', '3', '--max-time', '4'];
  // `ip netns exec` would lay /etc/netns/<name>/resolv.conf over the machine's own; here the file is this test's.
  const inside = ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec curl "$@"', resolvConf];
  return { [one.id]: await client(pc, [...inside, ...always, ...one.curl], 'curl') };
}

/** Packets that the box itself must send: its questions, and connections to the servers of listed names. */
function isExpected(packet: string): boolean {
  const { resolver, shared, listed, evil, dead, intranet } = internet;
  const asks = [`udp ${resolver} 53`, `tcp ${resolver} 53`];
  const visits = [
    ...[80, 443, 8080, 8443].map((port) => `tcp ${shared} ${port}`),
    `tcp ${dead} 80`,
    `tcp ${dead} 443`,
    `tcp ${intranet} 80`,
  ];
  return [...asks, ...visits, `tcp ${evil} 9001`, `tcp ${listed} 80`].includes(packet);
}

/** Whether a page that was asked for is on the list. */
function isListed(host: string, path: string, port: number, to: string): boolean {
  const [name = ''] = host.split(':');
  if (to === internet.listed) return true;
  if (to === internet.evil) return false;
  if (name === 'paths.example')
    return port === 80 && path.startsWith('/exam/') && !/\.\.|%2e/i.test(path.split('?')[0] ?? '');
  return ['allowed.example', 'two.example', 'intranet.example'].includes(name) || /.\.cdn\.example$/.test(name);
}

const names =
  /^(?:allowed|paths|two|intranet|(?:x|self|far)\.inward|(?:.+\.)?cdn|inspected|twin|untrusted|misnamed|(?:x|self)\.inside|.+\.portal)\.example$/;

/** Where TLS is opened: the server is greeted with the host that is asked for, and its path counts. */
function isListedWithin(host: string, sni: string, path: string, port: number, to: string): boolean {
  const [name = ''] = host.split(':');
  if (name !== sni || to !== internet.shared) return false;
  if (name !== 'inspected.example')
    return port === 443 && (name === 'twin.example' || /^[^.]+\.portal\.example$/.test(name));
  return port === 8443 || (path.startsWith('/exam/') && !/\.\.|%2e/i.test(path.split('?')[0] ?? ''));
}
const isOpened = (sni: string): boolean =>
  /(?:^(?:inspected|twin|untrusted|misnamed)|\.portal|\.inside)\.example$/.test(sni);

function leaks({ inet, records }: ExamNetwork): string[] {
  const toPc = records.pc2.packets().map((packet) => `another PC got ${packet}`);
  // From the PC that speaks as the controller: conversations.yaml says from which port.
  const toController = records.controller.packets().filter((packet) => packet.endsWith(' 40001'));
  const packets = records.inet.packets().filter((packet) => !isExpected(packet));
  const arrivals = inet.arrivals.filter(({ kind, host = '', sni = '', path = '', port = 0, to = '' }) => {
    if (kind === 'dns') return to !== internet.resolver || !names.test(host);
    if (kind === 'http') return !isListed(host, path, port, to);
    if (kind === 'https' && isOpened(sni === '' ? host : sni)) return !isListedWithin(host, sni, path, port, to);
    if (kind === 'https') return !isListed(sni === '' ? host : sni, path, port, to);
    return kind !== 'tcp' || port !== 9001;
  });
  return [...packets, ...toPc, ...toController, ...arrivals.map((one) => JSON.stringify(one))];
}

/** What the box itself has written down of `look`: every refusal, with the seat it came from, and nothing else. */
export function recordComplaints(box: Box, opened = false): string[] {
  const { refused, log } = box.records();
  const mustHold = ['10.30.1.11 . 198.18.0.66 . tcp . 22', '10.30.1.11 . 198.18.0.66 . udp . 1194'];
  const mustTell = ['refused 10.30.1.11 http GET denied.example:80/', 'refused 10.30.1.11 https denied.example:443'];
  if (opened) mustTell.push('refused 10.30.1.11 https GET inspected.example:443/other');
  return [
    ...mustHold.filter((one) => !refused.some((line) => line.startsWith(one))).map((one) => `not counted: ${one}`),
    ...mustTell.filter((one) => !log.includes(one)).map((one) => `not logged: ${one}`),
    ...log
      .filter((line) =>
        /^refused .*(?:allowed\.example:80\/x|https allowed\.example|inspected\.example:443(?:$|\/exam\/\d))/.test(
          line,
        ),
      )
      .map((line) => `logged although it was let through: ${line}`),
  ];
}
