// Does not prove that nft, dnsmasq and HAProxy take these files, nor that they enforce them: test/network does, with the real ones.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/errors.ts';
import { isOk } from '../../src/core/finding.ts';
import { ScriptedHost, type Answer } from '../scripted-host.ts';
import { lists, ruleSet } from './linux/render.ts';
import { certificatesOf, filesOf, sha256 } from './linux/read.ts';
import { whitelistRouter } from './module.ts';
import { desired as schema, type Actual, type Desired } from './schema.ts';

const plain = {
  lan: { interface: 'lan0', address: '10.30.1.1', prefix: 24 },
  wan: { interface: 'wan0' },
  upstream: ['198.18.0.53'],
  management: { address: '10.99.0.1', from: ['10.99.0.2'] },
  rules: { http: ['a.example:80/', 'b.example:80/exam/'], https: ['*.a.example:443/'], addresses: ['198.18.0.30'] },
};
const desired: Desired = schema.parse(plain);

const { policy } = ruleSet(desired);
const running = { atBoot: true, running: true };
const asWanted: Actual = {
  missing: [],
  policy,
  files: Object.fromEntries(Object.entries(filesOf(ruleSet(desired))).map(([path, text]) => [path, sha256(text)])),
  lists: lists(desired),
  firewall: { live: ['table inet examsite {', '}'], wanted: ['table inet examsite {', '}'] },
  proxy: policy,
  resolver: policy,
  services: {
    'examsite-firewall.service': running,
    'examsite-resolver.service': running,
    'examsite-proxy.service': running,
  },
  kernel: { 'net.ipv4.ip_forward': '1', 'net.ipv6.conf.all.forwarding': '0', 'net.ipv4.icmp_ratelimit': '0' },
  unconfirmed: false,
  unobserved: {},
};

const inside: Desired = schema.parse({
  ...plain,
  rules: { ...plain.rules, inspect: ['*.c.example:443/', 'd.example:443/login/'] },
  inspection: { leaves: { '*.c.example': '1'.repeat(64), 'd.example': '2'.repeat(64) } },
});
const insideSet = ruleSet(inside);
const asOpened: Actual = {
  ...asWanted,
  ...{ policy: insideSet.policy, proxy: insideSet.policy, resolver: insideSet.policy },
  files: {
    ...Object.fromEntries(Object.entries(filesOf(insideSet)).map(([path, text]) => [path, sha256(text)])),
    ...certificatesOf(insideSet),
  },
  lists: lists(inside),
  exposed: [],
};

describe('what is found on a box that opens TLS', () => {
  const leaf = `/etc/examsite-router/${insideSet.policy}/certificates/d.example.pem`;
  it.each<[string, Partial<Actual>, string[]]>([
    ['nothing is wrong', {}, []],
    ['a certificate was replaced', { files: { ...asOpened.files, [leaf]: '3'.repeat(64) } }, ['files drifted']],
    ['a certificate is gone', { files: { ...asOpened.files, [leaf]: null } }, ['files drifted']],
    ['others may read a key', { exposed: [leaf] }, ['certificates.exposed drifted']],
    ['nobody could say who may', { unobserved: { exposed: 'denied' } }, ['certificates.exposed unknown']],
    ['a path is gone', { lists: { ...asOpened.lists, 'inspect-paths.lst': [] } }, ['rules.inspect drifted']],
    [
      'TLS of a name is no longer opened',
      { lists: { ...asOpened.lists, 'inspect-names.lst': [] } },
      ['rules.inspect drifted'],
    ],
    [
      'a host was added',
      { lists: { ...asOpened.lists, 'inspect-hosts.lst': ['evil.example:443'] } },
      ['rules.inspect drifted'],
    ],
    ['its trust store is missing', { missing: ['trustStore'] }, ['packages failed']],
  ])('%s', (_, change, expected) => {
    const findings = whitelistRouter.plan(inside, whitelistRouter.actual.parse({ ...asOpened, ...change }));
    expect(findings.filter((one) => !isOk(one)).map(({ property, verdict }) => `${property} ${verdict}`)).toEqual(
      expected,
    );
  });
});

describe('what is found on the box', () => {
  it.each<[string, Partial<Actual>, string[]]>([
    ['nothing is wrong', {}, []],
    ['programs are missing', { missing: ['haproxy'] }, ['packages failed']],
    ['it is a box as it was bought', { policy: null, proxy: null }, ['proxy drifted', 'policy drifted']],
    [
      'a rule was added by hand',
      { firewall: { live: ['table inet examsite {', 'accept', '}'], wanted: ['table inet examsite {', '}'] } },
      ['firewall drifted'],
    ],
    ['the rules are gone', { firewall: { live: null, wanted: ['table inet examsite {', '}'] } }, ['firewall drifted']],
    ['nft does not take the rules', { firewall: { live: null, wanted: null } }, ['firewall unknown']],
    [
      'a name was added',
      { lists: { ...asWanted.lists, 'https-hosts.lst': ['evil.example:443'] } },
      ['rules.https drifted'],
    ],
    ['a name was taken out', { lists: { ...asWanted.lists, 'http-hosts.lst': [] } }, ['rules.http drifted']],
    ['a daemon works by former rules', { resolver: 'examsite-0' }, ['resolver drifted']],
    [
      'a service is not started at boot',
      { services: { ...asWanted.services, 'examsite-proxy.service': { atBoot: false, running: true } } },
      ['services.examsite-proxy.service drifted'],
    ],
    [
      'the distribution’s own daemon runs as well',
      { services: { ...asWanted.services, 'dnsmasq.service': running } },
      ['services.dnsmasq.service drifted'],
    ],
    [
      'IPv6 is forwarded',
      { kernel: { ...asWanted.kernel, 'net.ipv6.conf.all.forwarding': '1' } },
      ['kernel.net.ipv6.conf.all.forwarding drifted'],
    ],
    ['a change waits to be confirmed', { unconfirmed: true }, ['confirmed drifted']],
    [
      'services cannot be asked',
      { unobserved: { services: 'denied' } },
      [
        'services.examsite-firewall.service unknown',
        'services.examsite-resolver.service unknown',
        'services.examsite-proxy.service unknown',
      ],
    ],
  ])('%s', (_, change, expected) => {
    const findings = whitelistRouter.plan(desired, whitelistRouter.actual.parse({ ...asWanted, ...change }));
    expect(findings.filter((one) => !isOk(one)).map(({ property, verdict }) => `${property} ${verdict}`)).toEqual(
      expected,
    );
    for (const { requirement, sentence } of findings) {
      expect(whitelistRouter.requirements).toContain(requirement);
      expect(sentence.zh).not.toBe('');
    }
  });

  it('names what the box lets through and should not, and what it lacks', () => {
    const found = { ...asWanted, lists: { ...asWanted.lists, 'http-hosts.lst': ['evil.example:80'] } };
    const [finding] = whitelistRouter.plan(desired, found);
    expect(finding).toMatchObject({
      expected: ['a.example:80/', 'b.example:80/exam/'],
      actual: ['b.example:80/exam/', 'http-hosts.lst evil.example:80'],
    });
    expect(finding?.sentence.en).toContain(
      'http-hosts.lst evil.example:80 that is not on the whitelist, and lacks a.example:80/',
    );
  });
});

describe('looking', () => {
  const refused = { error: { code: 'denied', message: 'no' }, args: {} };
  const silent: Answer[] = ['process.run', 'file.stat', 'file.read', 'net.exchange', 'service.read', 'job.status'].map(
    (call) => ({ call, ...refused }),
  );
  it('takes one round trip, and a box that refuses everything is unknown or drifted, never ok', async () => {
    const host = new ScriptedHost(silent);
    const actual = whitelistRouter.actual.parse(
      await whitelistRouter.read(host, desired).catch((error: unknown) => expect.fail(String(error))),
    );
    expect(host.roundTrips).toBe(1);
    const ok = whitelistRouter
      .plan(desired, actual)
      .filter(isOk)
      .map(({ property }) => property);
    expect(ok).toEqual([]);
  });

  it('at a box that is off tells so', async () => {
    await expect(whitelistRouter.read(new ScriptedHost([], {}, 'unreachable'), desired)).rejects.toThrow(HostError);
  });
});

describe('what a router is described by', () => {
  it.each<[string, object, string]>([
    ['the room manages the box', { management: { address: '10.99.0.1', from: ['10.30.1.0/24'] } }, 'management.from.0'],
    ['everybody manages the box', { management: { address: '10.99.0.1', from: ['0.0.0.0/0'] } }, 'management.from.0'],
    ['addresses of another network are given out', { dhcp: { from: '10.30.2.10', to: '10.30.1.99' } }, 'dhcp.from'],
    ['a site is at the box’s own port', { rules: { ...plain.rules, http: ['a.example:53/'] } }, 'rules.http.0'],
    ['one port is HTTP and HTTPS', { rules: { ...plain.rules, http: ['a.example:443/'] } }, 'rules.https'],
    ['a rule has a newline in it', { rules: { ...plain.rules, http: ['a.example:80/\n}'] } }, 'rules.http.0'],
    [
      'a host that is opened has no certificate',
      { rules: { ...plain.rules, inspect: ['d.example:443/'] } },
      'inspection',
    ],
    ['a certificate is for nothing', { inspection: { leaves: { 'd.example': '1'.repeat(64) } } }, 'inspection'],
    [
      'an opened site is at the box’s own port',
      {
        rules: { ...plain.rules, inspect: ['d.example:53/'] },
        inspection: { leaves: { 'd.example': '1'.repeat(64) } },
      },
      'rules.inspect.0',
    ],
    ['an interface is no name', { wan: { interface: 'wan0"; accept' } }, 'wan.interface'],
  ])('is refused where %s', (_, change, where) => {
    const issues = schema.safeParse({ ...plain, ...change }).error?.issues.map((one) => one.path.join('.'));
    expect(issues).toContain(where);
  });
});

describe('a rule set', () => {
  const host = fc.stringMatching(/^[a-z]{1,8}\.example$/);
  const rule = fc
    .tuple(fc.boolean(), host, fc.constantFrom('/', '/exam/', '/a.b+c'))
    .map(([wild, name, path]) => `${wild ? '*.' : ''}${name}:80${path}`);

  it('is named by its content', () => {
    const other = schema.parse({ ...plain, rules: { ...plain.rules, http: ['c.example:80/'] } });
    expect(ruleSet(desired)).toEqual(ruleSet(schema.parse(structuredClone(plain))));
    expect(ruleSet(other).policy).not.toBe(policy);
  });

  it('is another one with other certificates, and says nothing of TLS where none is opened', () => {
    const renewed = schema.parse({
      ...inside,
      inspection: { leaves: { ...inside.inspection?.leaves, 'd.example': '3'.repeat(64) } },
    });
    expect(ruleSet(renewed).policy).not.toBe(insideSet.policy);
    expect(ruleSet(renewed).files['haproxy.cfg']).not.toBe(insideSet.files['haproxy.cfg']);
    const { files, certificates } = ruleSet(desired);
    expect(certificates).toEqual({});
    expect(Object.keys(files).filter((name) => /inspect|certificate/.test(name))).toEqual([]);
    expect(files['haproxy.cfg']).not.toMatch(/inspection|inspect-(?!delay)|opened|ssl /);
  });

  it('has every rule in exactly one list, as a line that is no wider than the rule', () => {
    fc.assert(
      fc.property(fc.uniqueArray(rule, { maxLength: 20 }), (http) => {
        const made = lists({ rules: { http, https: [], inspect: [], addresses: [] } });
        const lines = ['http-hosts.lst', 'http-suffixes.lst', 'http-paths.lst'].flatMap((name) => made[name] ?? []);
        expect(new Set(lines).size).toBe(http.length);
        for (const pattern of made['http-paths.lst'] ?? []) {
          const match = new RegExp(pattern);
          expect(match.test('evil.example:80/exam/')).toBe(http.some((one) => one.startsWith('evil.example:80/exam/')));
          expect(match.test('x.test:80/a.b+c')).toBe(false);
        }
      }),
    );
  });

  it('says nothing twice of addresses that lie in each other', () => {
    const some = schema.parse({
      ...plain,
      rules: { ...plain.rules, addresses: ['198.18.0.0/24', '198.18.0.30', '198.18.0.64/28', '198.18.0.30:8443'] },
    });
    const text = ruleSet(some).files['exam.nft'] ?? '';
    expect(text).toContain('ip daddr { 198.18.0.0/24 } meta l4proto tcp accept');
    expect(text).toContain('ip daddr { 198.18.0.30 } tcp dport 8443 accept');
  });
});
