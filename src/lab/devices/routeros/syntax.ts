/** What a script consists of once it is read. */
import type { Value } from './values.ts';

export type Expression =
  | { readonly is: 'value'; readonly value: Value }
  /** A string with values in it. */
  | { readonly is: 'text'; readonly parts: readonly Expression[] }
  | { readonly is: 'variable'; readonly name: string }
  /** Without quotes: behind `where`, a property's name. */
  | { readonly is: 'word'; readonly word: string }
  | { readonly is: 'command'; readonly command: Statement }
  | { readonly is: 'array'; readonly items: readonly Expression[] }
  | { readonly is: 'block'; readonly body: readonly Statement[] }
  | { readonly is: 'not'; readonly of: Expression }
  | { readonly is: 'pair'; readonly sign: string; readonly left: Expression; readonly right: Expression };

export interface Argument {
  /** null: it stands alone. */
  readonly name: string | null;
  readonly value: Expression;
}

export type Statement =
  | { readonly is: 'global'; readonly name: string; readonly arguments: readonly Argument[] }
  | {
      readonly is: 'menu';
      readonly menu: string;
      readonly verb: string;
      readonly arguments: readonly Argument[];
      readonly where: Expression | null;
    }
  /** A path alone: where the following lines are. */
  | { readonly is: 'go'; readonly menu: string }
  | { readonly is: 'block'; readonly body: readonly Statement[] };

/** What the reader has to know of the menus: a path ends where a word is no menu any more. */
export interface Grammar {
  /** `/ip firewall`: a menu, or on the way to one. */
  isMenu(path: string): boolean;
  verbs(path: string): readonly string[];
  /** Whether a verb takes an argument of this name there. */
  takes(path: string, verb: string, name: string): boolean;
}

/** Named arguments of global commands; `block`: commands in braces. */
export const globals: Readonly<Record<string, Readonly<Record<string, 'value' | 'block'>>>> = {
  ...{ local: { do: 'block' }, global: { do: 'block' }, set: {}, put: {}, error: {}, len: {}, typeof: {}, pick: {} },
  ...{ find: {}, tostr: {}, tonum: {}, totime: {}, toarray: {}, log: {}, delay: {}, nothing: {} },
  ...{ if: { do: 'block', else: 'block' }, foreach: { in: 'value', do: 'block' } },
  ...{ for: { from: 'value', to: 'value', step: 'value', do: 'block' }, while: { do: 'block' } },
  ...{ do: { 'on-error': 'block', while: 'value' }, onerror: { in: 'block', do: 'block' } },
};
