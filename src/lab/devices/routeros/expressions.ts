/** Expressions: in round brackets, behind `where`, and as arguments ("Scripting": Operators). */
import type { Parser } from './parser.ts';
import type { Expression } from './syntax.ts';
import { literal } from './values.ts';

/** From the loosest to the tightest. */
const signs: readonly RegExp[] = [
  /\|\||or(?![A-Za-z0-9-])/,
  /&&|and(?![A-Za-z0-9-])/,
  /!=|<=|>=|=|<|>|~|in(?![A-Za-z0-9-])/,
  /\.(?!\d)/,
  /[+-](?!>)/,
  /[*/%]/,
];
const same: Readonly<Record<string, string>> = { '||': 'or', '&&': 'and' };

/** `atom`: of a global command; `argument`: of a menu's, where a word may hold nearly everything. */
export function readExpression(parser: Parser, where: 'atom' | 'argument'): Expression {
  const argument = where === 'argument' ? parser.reader.match(/[^\s;\])}"$[({]+/) : undefined;
  // What it stands for is the property's business.
  if (argument !== undefined) return { is: 'value', value: argument.startsWith('*') ? literal(argument) : argument };
  return indexed(parser, atom(parser));
}

/** Behind `where`: all of them, or what `and` and `or` say. */
export function readTerms(parser: Parser): Expression {
  const { reader } = parser;
  let all: Expression | undefined;
  for (;;) {
    reader.skip();
    if (reader.next === '' || /[;\r\n\]})]/.test(reader.next)) break;
    const term = level(parser, 0);
    all = all === undefined ? term : { is: 'pair', sign: 'and', left: all, right: term };
  }
  if (all === undefined) throw reader.fault('syntax error');
  return all;
}

function level(parser: Parser, depth: number): Expression {
  const pattern = signs[depth];
  if (pattern === undefined) return unary(parser);
  let left = level(parser, depth + 1);
  for (;;) {
    const before = parser.reader.at;
    parser.reader.skip();
    const sign = parser.reader.match(pattern);
    if (sign === undefined) {
      parser.reader.at = before;
      return left;
    }
    parser.reader.skip();
    left = { is: 'pair', sign: same[sign] ?? sign, left, right: level(parser, depth + 1) };
  }
}

function unary(parser: Parser): Expression {
  parser.reader.skip();
  if (parser.reader.eat('!')) return { is: 'not', of: unary(parser) };
  return indexed(parser, atom(parser));
}

function indexed(parser: Parser, value: Expression): Expression {
  let all = value;
  while (parser.reader.eat('->')) all = { is: 'pair', sign: '->', left: all, right: atom(parser) };
  return all;
}

function atom(parser: Parser): Expression {
  const { reader } = parser;
  const start = reader.at;
  if (reader.next === '"') return string(parser);
  if (reader.eat('$')) return variable(parser, start);
  if (reader.next === '[') return substitution(parser);
  if (reader.eat('(')) {
    const inside = level(parser, 0);
    reader.skip();
    reader.expect(')');
    return inside;
  }
  if (reader.eat('{')) return array(parser);
  const word = reader.match(/\*[0-9A-Fa-f]+|-?[A-Za-z0-9]+(?:[.:/_-](?!>)[A-Za-z0-9]+)*/);
  if (word === undefined) throw reader.fault('syntax error');
  return /^[a-z]/.test(word) && word !== 'true' && word !== 'false'
    ? { is: 'word', word }
    : { is: 'value', value: literal(word) };
}

function variable(parser: Parser, start: number): Expression {
  const name = parser.reader.match(/[A-Za-z0-9]+/);
  if (name === undefined || !parser.knows(name)) throw parser.reader.fault('syntax error', start);
  return { is: 'variable', name };
}

function substitution(parser: Parser): Expression {
  parser.reader.expect('[');
  parser.reader.skip();
  const command = parser.statement();
  parser.reader.skip(true);
  parser.reader.expect(']');
  return { is: 'command', command };
}

function array(parser: Parser): Expression {
  const items: Expression[] = [];
  for (;;) {
    parser.reader.skip(true);
    if (parser.reader.eat('}')) return { is: 'array', items };
    items.push(level(parser, 0));
  }
}

function string(parser: Parser): Expression {
  const parts: Expression[] = [];
  const { reader } = parser;
  reader.string(
    () => {
      if (reader.next === '[') parts.push(substitution(parser));
      else if (reader.next === '(') parts.push(atom(parser));
      else parts.push(variable(parser, reader.at - 1));
    },
    (text) => parts.push({ is: 'value', value: text }),
  );
  const [first] = parts;
  if (first === undefined) return { is: 'value', value: '' };
  return parts.length === 1 && first.is === 'value' ? first : { is: 'text', parts };
}
