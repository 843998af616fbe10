/** Every requirement × every PC at one glance: a sign a cell. */
import type { Block } from './blocks.ts';
import type { Pc } from './pcs.ts';
import { minimumSign, signs } from './words.ts';

/** At most as many PCs side by side as fit on an A4 page: a standard room with its spares. */
const widest = 44;

export interface Matrix {
  readonly pcs: readonly Pc[];
  readonly rows: readonly { readonly id: string; readonly title: string; readonly cells: readonly MatrixCell[] }[];
}

interface MatrixCell {
  /** A class of the style sheet: a state, `minimum`, or `none` where nothing is asked of this PC. */
  readonly tone: string;
  readonly sign: string;
  /** PC and requirement, for whoever has lost the column. */
  readonly hint: string;
}

export function matrices(blocks: readonly Block[], pcs: readonly Pc[]): Matrix[] {
  const starts = Array.from({ length: Math.ceil(pcs.length / widest) }, (_, index) => index * widest);
  return starts.map((start) => ({
    pcs: pcs.slice(start, start + widest),
    rows: blocks
      .filter(({ cells }) => cells.length > 0)
      .map(({ id, title, cells }) => ({
        ...{ id, title },
        cells: cells.slice(start, start + widest).map((cell, index) => ({
          ...signOf(cell),
          hint: `${pcs[start + index]?.label ?? ''} · ${id}`,
        })),
      })),
  }));
}

function signOf(cell: Block['cells'][number]): Pick<MatrixCell, 'tone' | 'sign'> {
  if (cell === null) return { tone: 'none', sign: '' };
  return cell.grade === 'minimum' && cell.state === 'ok'
    ? { tone: 'minimum', sign: minimumSign }
    : { tone: cell.state, sign: signs[cell.state] };
}
