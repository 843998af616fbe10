/** What the handbook and the site say about the databases found. Pure. */
import type { Finding, Json, Text, Verdict } from '../../src/core/finding.ts';
import { meets, ruleText } from '../version.ts';
import { driversOf, ruleOf, wanted, type DatabaseActual, type DatabaseDesired, type Found } from './schema.ts';
import { servers, type ServerId } from './servers.ts';

type Said = readonly [actual: Json, fine: boolean, sentence: Text];

export function plan(desired: DatabaseDesired, actual: DatabaseActual): Finding[] {
  return wanted(desired).flatMap((id) => {
    const found = actual.servers[id];
    const finding = (property: string, part: string, expected: Json, judge: (seen: Found) => Said): Finding => {
      const about = { requirement: `${desired.level}.${id}`, property: `${id}.${property}`, expected };
      const why = actual.unobserved[part] ?? (found === undefined ? 'not looked at' : undefined);
      if (why !== undefined || found === undefined)
        return { ...about, actual: null, verdict: 'unknown', sentence: unseen(id, why ?? '') };
      const [value, fine, sentence] = judge(found);
      return { ...about, actual: value, verdict: verdict(found, property, fine), sentence, ...evidence(found) };
    };
    const { name, port } = servers[id];
    return [
      finding('version', 'handshake', desired.servers[id] ?? null, (seen) => versionSaid(desired, id, seen)),
      finding('service', 'services', 'Automatic', (seen) => serviceSaid(name, seen)),
      finding('exposed', 'handshake', false, ({ exposed }) => [exposed, !exposed, exposedText(name, port, exposed)]),
      finding('login', 'login', driversOf(desired.level, id), (seen) => loginSaid(desired, id, seen)),
    ];
  });
}

/** What somebody else has installed is theirs, with the data in it: only its start may be switched. */
function verdict({ service, ours }: Found, property: string, fine: boolean): Verdict {
  if (fine) return 'ok';
  return service !== null && !ours && property !== 'service' ? 'failed' : 'drifted';
}

/** By the handshake, or by the first login where the handshake does not tell. */
export function versionOf({ greeting, logins }: Found): string | null {
  if (greeting !== null && greeting !== '') return greeting;
  const told = Object.values(logins).find(({ version }) => version !== null)?.version ?? null;
  return greeting === null ? null : told;
}

function versionSaid(desired: DatabaseDesired, id: ServerId, found: Found): Said {
  const rule = ruleOf(desired.level, id) ?? { any: true as const };
  const version = versionOf(found);
  const name = servers[id].name;
  // A server that tells its version only after a login that fails is judged by that login.
  const untold = found.greeting === '' && version === null;
  const fine = untold || (version !== null && meets(rule, version));
  const whose = found.service !== null && !found.ours ? foreign(found.service) : { zh: '', en: '' };
  const shown = untold ? { zh: '登录前不报版本', en: 'not told before a login' } : text(version);
  const silent = {
    zh: `${name} 未应答握手（${found.silence ?? ''}），要求 ${ruleText(rule).zh}`,
    en: `no answer of ${name} to the handshake (${found.silence ?? ''}), required is ${ruleText(rule).en}`,
  };
  const said = {
    zh: `${name} 版本为 ${shown?.zh ?? ''}，要求 ${ruleText(rule).zh}`,
    en: `the version of ${name} is ${shown?.en ?? ''}, required is ${ruleText(rule).en}`,
  };
  const sentence = shown === null ? silent : said;
  return [version, fine, fine ? sentence : { zh: sentence.zh + whose.zh, en: sentence.en + whose.en }];
}

const text = (value: string | null): Text | null => (value === null ? null : { zh: value, en: value });

const foreign = (service: string): Text => ({
  zh: `；该服务（${service}）不是本系统安装的，请手动卸载或改正，其中的数据由您处理`,
  en: `; the service ${service} was not installed by examsite: remove it or put it right by hand, the data in it is yours`,
});

function serviceSaid(name: string, { service, startType, running }: Found): Said {
  if (service === null) return [null, false, { zh: `没有 ${name} 服务`, en: `there is no service of ${name}` }];
  const state = running ? { zh: '运行中', en: 'running' } : { zh: '已停止', en: 'stopped' };
  return [
    startType,
    startType === 'Automatic' && running,
    {
      zh: `服务 ${service} 启动类型为 ${startType ?? '不明'}、${state.zh}，要求自动启动并运行`,
      en: `service ${service} is ${startType ?? 'unknown'} and ${state.en}, required is automatic and running`,
    },
  ];
}

const exposedText = (name: string, port: number, exposed: boolean): Text => ({
  zh: `${name}（端口 ${port}）只能从本机访问，${exposed ? '实为其他电脑也能访问' : '确认如此'}`,
  en: `port ${port} of ${name} must be reached from this PC only, ${exposed ? 'and is open to other PCs' : 'and is'}`,
});

function loginSaid(desired: DatabaseDesired, id: ServerId, { logins }: Found): Said {
  const drivers = driversOf(desired.level, id);
  const good = drivers.filter((driver) => logins[driver]?.error === null);
  const wrong = drivers.filter((driver) => !good.includes(driver));
  const why = wrong
    .map((driver) => `${driver}: ${(logins[driver]?.error ?? 'no Python, or no driver').replace(/\.$/, '')}`)
    .join('; ');
  const name = servers[id].name;
  return [
    good,
    wrong.length === 0,
    wrong.length === 0
      ? { zh: `${good.join('、')} 可登录 ${name}`, en: `${good.join(' and ')} can log in to ${name}` }
      : {
          zh: `${drivers.join('、')} 应能登录 ${name}，实为 ${why}`,
          en: `${drivers.join(' and ')} must log in to ${name}, got ${why}`,
        },
  ];
}

const unseen = (id: ServerId, why: string): Text => ({
  zh: `未能观察 ${servers[id].name}（${why}）`,
  en: `nothing could be observed of ${servers[id].name} (${why})`,
});

const evidence = ({ service, greeting }: Found): { evidence?: string } =>
  service === null
    ? {}
    : {
        evidence: `service ${service}${greeting === null ? '' : `; handshake ${greeting === '' ? 'answered' : greeting}`}`,
      };
