/** P7: the restore card is off, and proved off. Pure. */
import type { Finding, Json, Text, Verdict } from '../../src/core/finding.ts';
import { openByHand } from './drivers/by-hand.ts';
import type { Actual, Desired } from './schema.ts';
import { isOn, stageOf, type Stage } from './stage.ts';

const requirement = 'P7';

const names: Record<Desired['driver'], Text> = {
  none: { zh: '无还原卡', en: 'no restore card' },
  'deep-freeze': { zh: 'Deep Freeze 冰点还原', en: 'Deep Freeze' },
  uwf: { zh: '统一写入筛选器 UWF', en: 'Unified Write Filter' },
  'by-hand': { zh: '手动开放的还原卡', en: 'a card that is opened by hand' },
};

export function plan(desired: Desired, actual: Actual): Finding[] {
  const stage = stageOf(desired, actual);
  const switchable = desired.driver === 'deep-freeze' || desired.driver === 'uwf';
  return [
    driverFinding(desired, actual, stage),
    ...(switchable ? [enabledFinding(desired, actual, stage)] : []),
    canaryFinding(desired, actual, stage),
  ];
}

/** Is it the card that the inventory says? */
function driverFinding({ driver }: Desired, { hints }: Actual, stage: Stage): Finding {
  const common = { requirement, property: 'driver', expected: driver, ...evidence(hints) };
  const [actual, verdict, sentence] = driverFound(driver, stage);
  return { ...common, actual, verdict, sentence };
}

function driverFound(driver: Desired['driver'], stage: Stage): readonly [Json, Verdict, Text] {
  const wanted = names[driver];
  const inventory = { zh: `清单为 ${wanted.zh}`, en: `the inventory says ${wanted.en}` };
  switch (stage.kind) {
    case 'unreadable': {
      const en = `the restore card could not be observed (${stage.why}), ${inventory.en}`;
      return [null, 'unknown', { zh: `未能观察到还原卡的状态（${stage.why}），${inventory.zh}`, en }];
    }
    case 'other-card': {
      const found = names[stage.found];
      const en = `${inventory.en}, found is ${found.en}; correct restoreCard of this seat in the inventory`;
      return [stage.found, 'failed', { zh: `${inventory.zh}，实为 ${found.zh}；请更正清单中该考位的 restoreCard`, en }];
    }
    case 'no-command-line': {
      const en = `${inventory.en}, found is an edition without a command line; set the driver to by-hand in the inventory`;
      const zh = `${inventory.zh}，实为没有命令行的版本；请在清单中将 driver 改为 by-hand`;
      return ['by-hand', 'failed', { zh, en }];
    }
    default:
      return [driver, 'ok', { zh: `${inventory.zh}，没有发现其他`, en: `${inventory.en}, nothing else was found` }];
  }
}

/** What the card itself says. It is believed when it says "on", never when it says "off". */
function enabledFinding({ driver }: Desired, state: Actual, stage: Stage): Finding {
  const common = { requirement, property: 'enabled', expected: false };
  const [actual, verdict, sentence] = enabledFound(names[driver], isOn(state), stage);
  return { ...common, actual, verdict, sentence };
}

function enabledFound(name: Text, on: boolean, { kind }: Stage): readonly [Json, Verdict, Text] {
  const must = { zh: `要求还原卡（${name.zh}）关闭`, en: `the card (${name.en}) must be off` };
  const asked = { zh: `${must.zh}，未能得知`, en: `${must.en}, and cannot be asked` };
  if (kind === 'unreadable') return [null, 'unknown', asked];
  if (kind === 'other-card' || kind === 'no-command-line') return [null, 'failed', asked];
  if (kind === 'recloses') {
    const en = `${must.en}, found is on again after it was opened twice; open it for good in its own console`;
    return [on, 'failed', { zh: `${must.zh}，已开放两次，实为又自行开启；请在其控制台中永久开放`, en }];
  }
  return on
    ? [on, 'drifted', { zh: `${must.zh}，实为开启`, en: `${must.en}, found is on` }]
    : [on, 'ok', { zh: `${must.zh}，其自报为关闭`, en: `${must.en}, and says that it is off` }];
}

/** The proof. */
function canaryFinding(desired: Desired, actual: Actual, stage: Stage): Finding {
  const { restarts } = desired;
  const survived = 'seenIn' in stage ? stage.seenIn.length : 0;
  const common = { requirement, property: 'canary', expected: restarts, actual: survived, ...canaryEvidence(actual) };
  switch (stage.kind) {
    case 'proved':
      return {
        ...common,
        verdict: 'ok',
        sentence: {
          zh: `要求标记文件经 ${restarts} 次重启仍在，实为经 ${survived} 次重启仍在`,
          en: `the canary must survive ${restarts} restarts, it has survived ${survived}`,
        },
      };
    case 'restored':
      return {
        ...common,
        actual: stage.afterRestarts,
        verdict: 'failed',
        sentence: restoredText(desired, actual, stage),
      };
    case 'unreadable':
      return { ...common, actual: null, verdict: 'unknown', sentence: unproved(restarts, stage) };
    case 'other-card':
    case 'no-command-line':
    case 'recloses':
      return { ...common, verdict: 'failed', sentence: unproved(restarts, stage) };
    case 'closed':
    case 'unproved':
    case 'proving':
      return { ...common, verdict: 'drifted', sentence: unproved(restarts, stage) };
  }
}

function unproved(restarts: number, stage: Stage): Text {
  const [zh, en] = unprovedBecause(stage);
  return {
    zh: `要求标记文件经 ${restarts} 次重启仍在，${zh}，尚未证明`,
    en: `the canary must survive ${restarts} restarts, ${en}: not proved yet`,
  };
}

function unprovedBecause(stage: Stage): readonly [zh: string, en: string] {
  switch (stage.kind) {
    case 'proving':
      return [`目前经 ${stage.seenIn.length} 次`, `it has survived ${stage.seenIn.length} so far`];
    case 'closed':
    case 'recloses':
      return ['还原卡开启时不写入', 'none is written while the card is on'];
    case 'unproved':
      return stage.again
        ? [
            '证明之后有一次重启，Windows 的启动计数却没有增加，还原卡可能又被启用',
            "it was proved, but Windows' own count of its starts has not risen with a restart since, so a card may be closed again",
          ]
        : ['尚未写入', 'none is written yet'];
    default:
      return ['还原卡未查明时不写入', 'none is written while it is not known which card this is'];
  }
}

/** Tells the operator what to do; a person's way out is a restart, so the next `up` tries again by itself. */
function restoredText(desired: Desired, { hints }: Actual, stage: Extract<Stage, { kind: 'restored' }>): Text {
  const { driver, product, restarts } = desired;
  const places = stage.places.join(', ');
  const signs =
    hints.length === 0
      ? { zh: '', en: '' }
      : { zh: `（迹象：${hints.join('、')}）`, en: ` (signs: ${hints.join(', ')})` };
  const other = {
    zh: `该机还有清单未列出的还原卡${signs.zh}，请查明并在清单中更正 restoreCard；${openByHand().zh}`,
    en: `a card that the inventory does not name restores this PC${signs.en}, find it and correct restoreCard in the inventory; ${openByHand().en}`,
  };
  const todo = driver === 'by-hand' ? openByHand(product) : other;
  return {
    zh: `要求标记文件经 ${restarts} 次重启仍在，实为经 ${stage.afterRestarts} 次后被还原（${places}）；${todo.zh}`,
    en: `the canary must survive ${restarts} restarts, it survived ${stage.afterRestarts} and was then restored away (${places}); ${todo.en}`,
  };
}

function canaryEvidence({ canary, restored }: Actual): { evidence?: string } {
  if (canary !== null) {
    const { plantedIn, seenIn, places } = canary;
    return {
      evidence: `${places.join(', ')}; planted in the boot of ${plantedIn}, still there in ${seenIn.join(', ') || 'none yet'}`,
    };
  }
  if (restored === null) return {};
  return { evidence: `gone in the boot of ${restored.boot}: ${restored.places.join(', ')}` };
}

const evidence = (hints: readonly string[]): { evidence?: string } =>
  hints.length === 0 ? {} : { evidence: `signs of other cards: ${hints.join(', ')}` };
