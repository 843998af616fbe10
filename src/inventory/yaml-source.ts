/** A YAML file that remembers where every value stands, so that a fault can name the line a person has to edit. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { Problem } from '../core/errors.ts';
import type { Home } from '../core/home.ts';
import type { Path, Where } from './fault.ts';

export interface YamlSource {
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** The plain value; undefined when the file has syntax problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** `inventories/room-301.yaml:14:7`. A path that is not in the file is placed at the nearest thing around it that is. */
  readonly where: Where;
}

/** @returns undefined when there is no such file. */
export function readYaml(home: Home, file: string): YamlSource | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return parseYaml(shown(home, file), file, text);
}

/** As a person would write it: from the home folder where the file is inside it. */
export function shown(home: Home, file: string): string {
  const relative = path.relative(home.root, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.replaceAll(path.sep, '/');
}

/** @param name what to call the file in messages. */
export function parseYaml(name: string, file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const problems = document.errors.map((error) => syntaxProblem(at(error.pos[0]), error.message));
  let value: unknown;
  try {
    if (problems.length === 0) value = document.toJS();
  } catch (error) {
    // An alias without its anchor, or one that unfolds without end.
    problems.push(syntaxProblem(at(0), error instanceof Error ? error.message : String(error)));
  }
  const where: Where = (keys, key = false) => at(offsetOf(document.contents, keys, key));
  return { file, text, document, value, problems, where };
}

function syntaxProblem(where: string, message: string): Problem {
  return {
    where,
    expected: { zh: '正确的 YAML', en: 'well-formed YAML' },
    got: message,
    fix: { zh: '检查这一行的缩进、引号和冒号', en: 'look at indentation, quotes and colons of this line' },
    code: 'INV003',
  };
}

/** Where a value begins, or its key when that is asked for or the value is a block; of what is missing, where its parent begins. */
function offsetOf(root: Node | null, path: Path, wantKey: boolean): number {
  let offset = root?.range?.[0] ?? 0;
  let node: unknown = root;
  for (const [index, key] of path.entries()) {
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const next: unknown = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined;
    const last = index === path.length - 1;
    const place = pair && last && (wantKey || !isScalar(next)) ? pair.key : next;
    if (!isNode(place) || !place.range) return offset;
    [offset] = place.range;
    node = next;
  }
  return offset;
}
