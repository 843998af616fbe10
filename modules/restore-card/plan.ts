/** P7: the restore card is off, and proved off. Pure. */
import type { Finding, Json, Text, Verdict } from '../../src/core/finding.ts';
import { openByHand } from './drivers/by-hand.ts';
import type { Actual, Desired } from './schema.ts';
import { isOn, stageOf, type Stage } from './stage.ts';

const requirement = 'P7';

const names: Record<Desired['driver'], Text> = {
  none: { zh: '无还原卡', en: 'no restore card' },
  'deep-freeze': { zh: 'Deep Freeze（冰点还原）', en: 'Deep Freeze' },
  uwf: { zh: 'UWF（统一写入筛选器）', en: 'Unified Write Filter' },
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
  const wanted = names[driver];
  switch (stage.kind) {
    case 'unreadable':
      return {
        ...common,
        actual: null,
        verdict: 'unknown',
        sentence: {
          zh: `未能观察到还原卡的状态（${stage.why}），清单为${wanted.zh}`,
          en: `the restore card could not be observed (${stage.why}), the inventory says ${wanted.en}`,
        },
      };
    case 'other-card': {
      const found = names[stage.found];
      return {
        ...common,
        actual: stage.found,
        verdict: 'failed',
        sentence: {
          zh: `清单为${wanted.zh}，实为${found.zh}；请更正清单中该考位的 restoreCard`,
          en: `the inventory says ${wanted.en}, found is ${found.en}; correct restoreCard of this seat in the inventory`,
        },
      };
    }
    case 'no-command-line':
      return {
        ...common,
        actual: 'by-hand',
        verdict: 'failed',
        sentence: {
          zh: '清单为 Deep Freeze（冰点还原），实为没有命令行的版本；请在清单中将 driver 改为 by-hand',
          en: 'the inventory says Deep Freeze, found is an edition without a command line; set the driver to by-hand in the inventory',
        },
      };
    default:
      return {
        ...common,
        actual: driver,
        verdict: 'ok',
        sentence: {
          zh: `清单为${wanted.zh}，没有发现其他`,
          en: `the inventory says ${wanted.en}, nothing else was found`,
        },
      };
  }
}

/** What the card itself says. It is believed when it says "on", never when it says "off". */
function enabledFinding({ driver }: Desired, actual: Actual, stage: Stage): Finding {
  const name = names[driver];
  const on = isOn(actual);
  const finding = (value: Json, verdict: Verdict, zh: string, en: string): Finding => {
    return { requirement, property: 'enabled', expected: false, actual: value, verdict, sentence: { zh, en } };
  };
  switch (stage.kind) {
    case 'unreadable':
    case 'other-card':
    case 'no-command-line': {
      const verdict = stage.kind === 'unreadable' ? 'unknown' : 'failed';
      return finding(null, verdict, `要求${name.zh}关闭，未能得知`, `${name.en} must be off, and cannot be asked`);
    }
    case 'recloses':
      return finding(
        on,
        'failed',
        `要求${name.zh}关闭，已开放两次，实为又自行开启；请在其控制台中永久开放`,
        `${name.en} must be off, found is on again after it was opened twice; open it for good in its own console`,
      );
    default:
      return on
        ? finding(on, 'drifted', `要求${name.zh}关闭，实为开启`, `${name.en} must be off, found is on`)
        : finding(on, 'ok', `要求${name.zh}关闭，其自报为关闭`, `${name.en} must be off, and says that it is off`);
  }
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
  if (stage.kind === 'proving') {
    const survived = stage.seenIn.length;
    return {
      zh: `要求标记文件经 ${restarts} 次重启仍在，目前经 ${survived} 次，尚未证明`,
      en: `the canary must survive ${restarts} restarts, it has survived ${survived} so far: not proved yet`,
    };
  }
  return {
    zh: `要求标记文件经 ${restarts} 次重启仍在，尚未写入，未证明`,
    en: `the canary must survive ${restarts} restarts, none is planted: not proved yet`,
  };
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
