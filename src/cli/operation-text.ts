/** How an operation ended, for a person: what changed property by property, what failed, what could not be reached. */
import pc from 'picocolors';
import type { Lang } from '../core/finding.ts';
import type { PropertyChange } from './events.ts';
import type { OperationResult } from './operation.ts';

export function operationText(result: OperationResult, lang: Lang): string {
  const { changes, failures, unreachable, general } = result;
  return [
    ...changes.filter(({ op }) => op === 'update').map((change) => updateLine(change)),
    ...wholeResources(changes, lang),
    ...failures.flatMap(({ message }) => message.split('\n').map((line) => pc.red(`✗ ${line}`))),
    ...unreachable.map((host) =>
      pc.yellow(`? ${host}: ${lang === 'zh' ? '连接不上，状态保留' : 'not reached; its state is kept'}`),
    ),
    ...general.map((line) => pc.red(line)),
    totals(result, lang),
  ].join('\n');
}

function updateLine({ host, thing, property, from, to }: PropertyChange): string {
  const values = to === undefined ? show(from) : `${show(from)} → ${show(to)}`;
  return `${pc.yellow('~')} ${host} ${thing}.${property}: ${values}`;
}

/** Creations and deletions are counted per PC: forty lines of nine are nobody's reading. */
function wholeResources(changes: readonly PropertyChange[], lang: Lang): string[] {
  const signs = { create: pc.green('+'), delete: pc.red('-'), replace: pc.magenta('±') } as const;
  return (['create', 'replace', 'delete'] as const).flatMap((op) => {
    const perHost = new Map<string, string[]>();
    for (const change of changes.filter((one) => one.op === op)) {
      perHost.set(change.host, [...(perHost.get(change.host) ?? []), change.thing]);
    }
    if (perHost.size > 8) {
      const count = [...perHost.values()].reduce((sum, things) => sum + things.length, 0);
      return [
        `${signs[op]} ${perHost.size} ${lang === 'zh' ? '台电脑' : 'PCs'}, ${count} ${lang === 'zh' ? '项' : 'resources'}`,
      ];
    }
    return [...perHost].map(([host, things]) => `${signs[op]} ${host}: ${[...new Set(things)].join(', ')}`);
  });
}

function totals({ kind, room, changes, failures, unreachable, seconds }: OperationResult, lang: Lang): string {
  const time = `${seconds.toFixed(1)} s`;
  const faults = failures.length + unreachable.length;
  return lang === 'zh'
    ? `${kind} ${room}：${changes.length} 项变更，${faults} 项失败，${time}`
    : `${kind} ${room}: ${changes.length} changes, ${faults} failures, ${time}`;
}

const show = (value: unknown): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
