/** Whether a restart is owed, and for what. Pure. */
import type { Finding, Json, Text, Verdict } from '../../src/core/finding.ts';
import { fileSign, serviceSign, type PendingRestartActual } from './schema.ts';

/** What installers leave for the next start is not installed yet. */
const requirement = 'P16';
/** Some updates of Windows take two. */
const startsForAnUpdate = 2;

type Said = Omit<Finding, 'requirement' | 'property' | 'expected'>;

export function plan(_desired: unknown, actual: PendingRestartActual): Finding[] {
  const finding = (property: string, part: string, expected: Json, judge: () => Said): Finding => {
    const about = { requirement, property, expected };
    const why = actual.unobserved[part];
    return why === undefined
      ? { ...about, ...judge() }
      : { ...about, actual: null, verdict: 'unknown', ...unseen(why) };
  };
  return [
    finding('asked', 'jobs', {}, () => askedSaid(actual)),
    finding('servicing', 'servicing', false, () => windowsSaid(stack, actual.servicing, actual.outlived['servicing'])),
    finding('update', 'update', false, () => windowsSaid(update, actual.update, actual.outlived['update'])),
    finding('files', 'files', [], () => filesSaid(actual)),
    finding('services', 'services', [], () => servicesSaid(actual)),
    finding('path', 'path', false, () => pathSaid(actual)),
  ];
}

const unseen = (why: string): { sentence: Text } => ({
  sentence: {
    zh: `未能查看是否待重启（${why}）`,
    en: `whether a restart is owed could not be seen (${why})`,
  },
});

function askedSaid({ asked, jobs }: PendingRestartActual): Said {
  const open = [
    ...Object.entries(asked).map(([module, why]) => `${module} (${why})`),
    ...jobs.filter((module) => asked[module] === undefined).map((module) => `${module} (an earlier run)`),
  ].sort();
  const all = Object.fromEntries([
    ...jobs.map((module) => [module, 'an earlier run'] as const),
    ...Object.entries(asked),
  ]);
  return {
    actual: all,
    verdict: open.length === 0 ? 'ok' : 'drifted',
    sentence: {
      zh: `安装程序要求的重启应已完成，${open.length === 0 ? '没有未完成的' : `尚未重启：${open.join('；')}`}`,
      en: `restarts that installers have asked for must be done, ${open.length === 0 ? 'none is open' : `still open for ${open.join('; ')}`}`,
    },
  };
}

const stack: Text = { zh: 'Windows 组件更新', en: 'the servicing stack of windows' };
const update: Text = { zh: 'Windows 更新', en: 'windows update' };

/** Left alone it restarts the PC by itself, in the exam if need be. */
function windowsSaid(who: Text, waits: boolean, outlived = 0): Said {
  const stays = outlived >= startsForAnUpdate;
  const said = { zh: `${who.zh}不应待重启`, en: `${who.en} must not wait for a restart` };
  if (!waits)
    return { actual: false, verdict: 'ok', sentence: { zh: `${said.zh}，确无`, en: `${said.en}, and does not` } };
  const verdict: Verdict = stays ? 'failed' : 'drifted';
  const sentence = stays
    ? {
        zh: `${said.zh}，重启 ${outlived} 次后仍在等待；请在该机“Windows 更新”中查看失败的更新`,
        en: `${said.en}, and still does after ${outlived} of them; see on the PC which update fails`,
      }
    : { zh: `${said.zh}，实为待重启`, en: `${said.en}, and does` };
  return { actual: true, verdict, sentence };
}

/** Some programs put theirs there again at every start: those no restart ends, and they harm nobody. */
function filesSaid({ files, outlived }: PendingRestartActual): Said {
  const open = files.filter((path) => outlived[fileSign(path)] === undefined);
  const standing = files.filter((path) => !open.includes(path));
  return {
    actual: open,
    verdict: open.length === 0 ? 'ok' : 'drifted',
    sentence: {
      zh: `不应有待下次启动时替换或删除的文件，${open.length === 0 ? '没有' : `尚有：${some(open)}`}`,
      en: `no file may wait for the next start, ${open.length === 0 ? 'none does' : `waiting are ${some(open)}`}`,
    },
    ...(standing.length === 0 ? {} : { evidence: `there again after every start: ${some(standing)}` }),
  };
}

function servicesSaid({ services, outlived }: PendingRestartActual): Said {
  const stuck = services.filter((name) => outlived[serviceSign(name)] !== undefined);
  const verdict = services.length === 0 ? 'ok' : stuck.length === services.length ? 'failed' : 'drifted';
  const more =
    stuck.length === 0
      ? { zh: '', en: '' }
      : { zh: '；重启后仍在，请手动删除', en: '; a restart does not end it, delete it by hand' };
  return {
    actual: services,
    verdict,
    sentence: {
      zh: `不应有待下次启动时删除的服务，${services.length === 0 ? '没有' : `尚有：${some(services)}${more.zh}`}`,
      en: `no service may wait to be deleted, ${services.length === 0 ? 'none does' : `waiting are ${some(services)}${more.en}`}`,
    },
  };
}

/** A candidate's prompt is started by Explorer, which has the PATH of the logon. */
const pathSaid = ({ path }: PendingRestartActual): Said => ({
  actual: path,
  verdict: path ? 'drifted' : 'ok',
  sentence: {
    zh: `已登录用户的程序应使用当前的 PATH，${path ? '实为登录时的旧值' : '确认如此'}`,
    en: `programs of whoever is logged on must have PATH as it is now, ${path ? 'they have the one of the logon' : 'and have'}`,
  },
});

/** A sentence stays a sentence. */
const some = (all: readonly string[]): string => `${all.slice(0, 4).join(', ')}${all.length > 4 ? ', …' : ''}`;
