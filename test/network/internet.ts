/** A stand-in for the internet in a namespace: a resolver, servers with several names on one address, and a record of all that arrives. */
import { execFileSync, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Namespaces } from './namespaces.ts';

/** RFC 2544's block: public for everybody's filters, and nobody's. */
export const internet = {
  /** `allowed.example`, `paths.example`, `denied.example`, everything below `cdn.example`: all on this one. */
  shared: '198.18.0.10',
  /** Somebody else's server, with no listed name. */
  evil: '198.18.0.66',
  /** Listed by address. */
  listed: '198.18.0.30',
  /** Nobody answers there. */
  dead: '198.18.0.99',
  /** As at a school: the resolver above the box has a private address. */
  resolver: '10.53.0.53',
  /** A private network that listed names may lead to. */
  intranet: '10.60.0.10',
  otherResolver: '198.18.0.54',
  gateway: '198.18.0.1',
} as const;

const arrival = z.object({
  kind: z.enum(['http', 'https', 'tls', 'tcp', 'udp', 'connect', 'dns', 'ready']),
  host: z.string().optional(),
  sni: z.string().optional(),
  path: z.string().optional(),
  port: z.number().optional(),
  to: z.string().optional(),
  data: z.string().optional(),
});
export type Arrival = z.infer<typeof arrival>;

const addresses = [...new Set(Object.values(internet))].filter(
  (address) => address !== internet.dead && address !== internet.gateway,
);

/** What a stand-in has beyond that. */
export interface More {
  /** Names, as dnsmasq takes them. */
  readonly zone?: readonly string[];
  /** On which every server answers. */
  readonly addresses?: readonly string[];
  /** Addresses at which a resolver answers. */
  readonly resolvers?: readonly string[];
  /** Nothing is told of what arrives: for many at once. */
  readonly quiet?: boolean;
}

/** Which name is where, as dnsmasq takes it. */
const zone = [
  ...['allowed', 'paths', 'denied', 'doh', 'cdn', 'inspected', 'portal', 'untrusted', 'misnamed'].map(
    (name) => `--address=/${name}.example/${internet.shared}`,
  ),
  `--address=/evil.example/${internet.evil}`,
  `--host-record=two.example,${internet.dead}`,
  `--host-record=two.example,${internet.shared}`,
  `--host-record=twin.example,${internet.dead}`,
  `--host-record=twin.example,${internet.shared}`,
  '--address=/inward.example/10.30.1.12',
  '--address=/inside.example/10.30.1.12',
  `--host-record=far.inward.example,${internet.resolver}`,
  // The box itself.
  '--host-record=self.inward.example,10.30.1.1',
  '--host-record=self.inside.example,10.30.1.1',
  `--address=/intranet.example/${internet.intranet}`,
  '--txt-record=evil.example,from outside',
  '--address=/missing.cdn.example/',
  '--address=/gone.cdn.example/',
  '--address=/missing.portal.example/',
];

export class Internet {
  readonly #namespaces: Namespaces;
  readonly namespace: string;
  readonly arrivals: Arrival[] = [];
  /** File with what a machine has to trust so that it takes its servers for what they are: all but those that give themselves out for others. */
  readonly trusted: string;

  private constructor(namespaces: Namespaces, namespace: string, trusted: string) {
    this.#namespaces = namespaces;
    this.namespace = namespace;
    this.trusted = trusted;
  }

  /** @param folder for certificates */
  static async open(namespaces: Namespaces, folder: string, more: More = {}): Promise<Internet> {
    const made = new Internet(namespaces, namespaces.add('inet'), path.join(folder, 'trusted.pem'));
    const own = new Set([...addresses, ...(more.addresses ?? []), ...(more.resolvers ?? [])]);
    for (const address of own) namespaces.run(made.namespace, 'ip', 'addr', 'add', `${address}/32`, 'dev', 'lo');
    const certificates = [
      ...certificate(folder, 'site', 'DNS:*.example', 'DNS:*.portal.example'),
      ...certificate(folder, 'misnamed', 'DNS:elsewhere.example'),
      ...certificate(folder, 'untrusted', 'DNS:*.example', 'DNS:*.portal.example'),
    ];
    const [site = '', , misnamed = ''] = certificates.map((file) => readFileSync(file, 'utf8'));
    writeFileSync(made.trusted, site + misnamed);
    const servers = path.join(import.meta.dirname, 'servers.ts');
    await Promise.all([
      made.#watch(
        namespaces.start(made.namespace, process.execPath, [
          servers,
          ...certificates,
          ...(more.quiet === true ? ['quiet'] : []),
        ]),
        servers,
      ),
      ...[internet.resolver, internet.otherResolver, ...(more.resolvers ?? [])].map((address) =>
        made.#resolver(address, more),
      ),
    ]);
    return made;
  }

  forget(): void {
    this.arrivals.length = 0;
  }

  async #resolver(address: string, { zone: names = [], quiet = false }: More): Promise<void> {
    const always = [
      '--keep-in-foreground',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      '--pid-file=',
      '--user=root',
    ];
    const log = [...(quiet ? [] : ['--log-queries']), '--log-facility=-', '--cache-size=0', '--conf-file=/dev/null'];
    const child = this.#namespaces.start(this.namespace, 'dnsmasq', [
      ...always,
      ...log,
      `--listen-address=${address}`,
      ...zone,
      ...names,
    ]);
    const ready = Promise.withResolvers<undefined>();
    if (child.stderr === null) throw new Error('no stderr');
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('started')) ready.resolve(undefined);
      const query = /query\[(\w+)\] (\S+) from/.exec(line);
      if (query) this.arrivals.push({ kind: 'dns', host: query[2], data: query[1], to: address });
    });
    child.once('exit', () => ready.reject(new Error('the resolver ended')));
    await ready.promise;
  }

  async #watch(child: ChildProcess, name: string): Promise<void> {
    const ready = Promise.withResolvers<undefined>();
    let said = '';
    if (child.stdout === null) throw new Error('no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const seen = arrival.parse(JSON.parse(line));
      if (seen.kind === 'ready') ready.resolve(undefined);
      else this.arrivals.push(seen);
    });
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    child.once('exit', () => ready.reject(new Error(`${name} ended: ${said}`)));
    await ready.promise;
  }
}

/** One that has signed itself. */
function certificate(folder: string, name: string, ...names: readonly string[]): [certificate: string, key: string] {
  const [cert, key] = [path.join(folder, `${name}.pem`), path.join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names.join(',')}`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return [cert, key];
}
