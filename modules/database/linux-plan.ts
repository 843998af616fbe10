/** What the handbook, its rules for versions included, and the site say about the databases of a Linux PC. Pure. */
import type { Rule } from '../../handbook/handbook.ts';
import type { Finding, Json, Verdict } from '../../src/core/finding.ts';
import { packageFindings } from '../debian.ts';
import { meets, ruleText } from '../version.ts';
import { wantedOf, type Actual, type Desired, type Found, type Id } from './linux-schema.ts';
import { mariadb } from './mariadb.ts';
import { ruleOf } from './schema.ts';
import { servers } from './servers.ts';

type Said = readonly [actual: Json, verdict: Verdict, zh: string, en: string, grade?: 'minimum' | undefined];

export function plan(wanted: Desired, seen: Actual): Finding[] {
  const [first] = wantedOf(wanted);
  const about = { value: seen.packages, why: seen.unobserved['packages'] };
  return [
    ...packageFindings(`${wanted.level}.${first ?? 'mysql'}`, wanted.packages, about),
    ...wantedOf(wanted).flatMap((id) => serverFindings(wanted, seen, id)),
  ];
}

function serverFindings(wanted: Desired, seen: Actual, id: Id): Finding[] {
  const one = seen.servers[id];
  const finding = (property: string, part: string, expected: Json, say: (server: Found) => Said): Finding => {
    const about = { requirement: `${wanted.level}.${id}`, property: `${id}.${property}`, expected };
    const why = seen.unobserved[part] ?? (one === undefined ? 'not looked at' : undefined);
    if (why !== undefined || one === undefined) {
      const sentence = { zh: `未能观察（${why ?? ''}）`, en: `could not be observed (${why ?? ''})` };
      return { ...about, actual: null, verdict: 'unknown', sentence };
    }
    const [value, verdict, zh, en, grade] = say(one);
    return { ...about, actual: value, verdict, sentence: { zh, en }, ...(grade === undefined ? {} : { grade }) };
  };
  const [unit, port] = [wanted.services[id] ?? '', servers[id].port];
  const drivers = wanted.drivers[id] ?? [];
  return [
    finding('service', 'services', 'Automatic', ({ startType, running }) => [
      startType,
      startType === 'Automatic' && running ? 'ok' : 'drifted',
      `服务 ${unit} 启动类型为 ${startType ?? '无'}、${running ? '运行中' : '已停止'}，要求自动启动并运行`,
      `service ${unit} is ${startType ?? 'absent'} and ${running ? 'running' : 'stopped'}, required is automatic and running`,
    ]),
    finding('version', 'handshake', ruleText(ruleFor(wanted, id)).en, (server) => versionSaid(wanted, id, server)),
    finding('exposed', 'handshake', false, ({ exposed }) => [
      exposed,
      exposed ? 'failed' : 'ok',
      `端口 ${port} 只能从本机访问，${exposed ? '实为其他电脑也能访问' : '确认如此'}`,
      `port ${port} must be reached from this PC only, ${exposed ? 'and is open to other PCs' : 'and is'}`,
    ]),
    finding('login', 'login', drivers, (server) => loginSaid(drivers, server, wanted.password !== undefined)),
  ];
}

const ruleFor = ({ level }: Desired, id: Id): Rule => ruleOf(level, id) ?? { any: true };

/** Redis tells its version after the login only; without one it is judged by that login. */
function versionSaid(wanted: Desired, id: Id, { greeting, silence, logins }: Found): Said {
  const rule = ruleFor(wanted, id);
  const { zh, en } = ruleText(rule);
  const required = [`，要求 ${zh}`, `, required is ${en}`] as const;
  if (greeting === null) {
    const [why, port] = [silence ?? '', servers[id].port];
    return [
      null,
      'drifted',
      `端口 ${port} 无应答（${why}）${required[0]}`,
      `nothing answers at port ${port} (${why})${required[1]}`,
    ];
  }
  const told = greeting === '' ? Object.values(logins).find(({ version }) => version !== null)?.version : greeting;
  if (told === null || told === undefined)
    return [null, 'ok', '登录前不报版本', 'the version is not told before a login'];
  const maria = mariadb(told);
  const version = maria?.version ?? told;
  const is: Pair = maria
    ? [
        `服务器为 MariaDB ${version}，可代替 MySQL ${maria.replaces}`,
        `the server is MariaDB ${version}, which can replace MySQL ${maria.replaces}`,
      ]
    : [`${servers[id].name} 版本为 ${version}`, `the version of ${servers[id].name} is ${version}`];
  const said: Pair = [is[0] + required[0], is[1] + required[1]];
  if (meets(rule, maria?.replaces ?? version)) return [told, 'ok', ...said, maria && 'minimum'];
  if (wanted.accepted.includes(id))
    return [told, 'ok', `${said[0]}；考点已接受`, `${said[1]}; the site accepts it`, 'minimum'];
  const how = `linux.databases.accepted: [${id}]`;
  return [
    told,
    'failed',
    `${said[0]}；请换用该版本的软件包，或由考点在 site.yaml 中接受（${how}）`,
    `${said[1]}; pin packages of that version, or accept it in site.yaml (${how})`,
  ];
}

type Pair = readonly [zh: string, en: string];

function loginSaid(drivers: readonly string[], { logins, open }: Found, withPassword: boolean): Said {
  // That nobody was refused proves nothing where nobody has tried.
  if (drivers.length === 0) return [[], 'unknown', '没有可用来登录的驱动包', 'there is no driver to log in with'];
  const good = drivers.filter((driver) => logins[driver]?.error === null);
  const why = drivers
    .filter((driver) => !good.includes(driver))
    .map((driver) => `${driver}: ${(logins[driver]?.error ?? 'no Python, or no driver').replace(/\.$/, '')}`)
    .join('; ');
  if (why === '' && open.length > 0) {
    return [
      good.filter((driver) => !open.includes(driver)),
      'drifted',
      `没有密码不得登录，而 ${open.join('、')} 无密码也可登录`,
      `nobody may log in without the password, and ${open.join(' and ')} can`,
    ];
  }
  if (why === '') {
    const only: Pair = withPassword ? ['，无密码则被拒绝', ', and not without the password'] : ['', ''];
    return [good, 'ok', `${good.join('、')} 可登录${only[0]}`, `${good.join(' and ')} can log in${only[1]}`];
  }
  return [
    good,
    'drifted',
    `${drivers.join('、')} 应能登录，实为 ${why}`,
    `${drivers.join(' and ')} must log in, got ${why}`,
  ];
}
