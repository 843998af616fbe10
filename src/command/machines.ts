/** From a resource's `connection` to a shell on that machine. Its host key is known beforehand, or there is no connection. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { canonical } from '../core/canonical.ts';
import type { Home } from '../core/home.ts';
import { readEnrolled, roomOf } from '../hosts/enrolled.ts';
import type { EnrolledHost, EnrolledRoom } from '../hosts/enrolment.ts';
import type { HostPool } from '../hosts/pool.ts';
import { RemoteShell } from '../hosts/shell.ts';
import type { Access, Connection } from './connection.ts';
import { DialledHost } from './dialled-host.ts';
import { CommandFailure } from './failure.ts';
import { bareKey, knownKeys } from './known-hosts.ts';

const seatName = /^r[a-z0-9]{1,12}-(?:s|spare)\d{2,3}$/;

export class Machines {
  readonly #home: Home;
  readonly #pool: HostPool;
  readonly #dialled: DialledHost[] = [];
  /** One connection for each way to connect, whichever resource asks. */
  readonly #shells = new Map<string, RemoteShell>();
  readonly #rooms = new Map<string, EnrolledRoom | undefined>();

  constructor(home: Home, pool: HostPool) {
    this.#home = home;
    this.#pool = pool;
  }

  /**
   * @throws CommandFailure when nothing says what the machine's host key is. Connecting waits until the shell is used.
   */
  shell(connection: Connection): RemoteShell {
    const { host, hostKey } = connection;
    const enrolled = this.#enrolled(host);
    if (enrolled === undefined && (hostKey !== undefined || !seatName.test(host)))
      return this.#dialledShell(connection);
    if (enrolled !== undefined && hostKey !== undefined && bareKey(hostKey) !== enrolled.hostKey)
      throw new CommandFailure(
        `${host} connection.hostKey: expected the enrolled host key or none, got another one; leave it out`,
      );
    return once(this.#shells, host, () => this.#pool.session(host));
  }

  async close(): Promise<void> {
    for (const host of this.#dialled) host.close();
    await this.#pool.close();
  }

  #enrolled(host: string): EnrolledHost | undefined {
    if (!seatName.test(host)) return undefined;
    const room = roomOf(host);
    if (!this.#rooms.has(room)) this.#rooms.set(room, readEnrolled(this.#home, room));
    return this.#rooms.get(room)?.hosts[host];
  }

  #dialledShell(connection: Connection): RemoteShell {
    // The digest and not the text: a private key has no business as a map's key.
    const key = createHash('sha256').update(canonical(connection)).digest('hex');
    return once(this.#shells, key, () => {
      const { proxy } = connection;
      const pins = { host: this.#pins(connection), proxy: proxy === undefined ? [] : this.#pins(proxy) };
      const host = new DialledHost(connection, pins);
      this.#dialled.push(host);
      return new RemoteShell(host);
    });
  }

  #pins({ host, port, hostKey }: Access): string[] {
    const file = path.join(this.#home.enrolled, 'known_hosts');
    const keys = hostKey === undefined ? knownKeys(file, host, port) : [bareKey(hostKey) ?? ''];
    if (keys.length > 0 && !keys.includes('')) return keys;
    const got = hostKey === undefined ? 'none' : 'something else';
    throw new CommandFailure(
      `${host} connection.hostKey: expected the machine's public host key, ssh-ed25519 AAAA…, got ${got}; ` +
        `enroll the machine, or copy the key from the machine itself (/etc/ssh/ssh_host_ed25519_key.pub)`,
    );
  }
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
