/** What the signs of an expression do ("Scripting": Operators). */
import ipaddr from 'ipaddr.js';
import { isArray, isTime, RunError, text, time, type Value } from './values.ts';

export function binary(sign: string, left: Value, right: Value): Value {
  switch (sign) {
    case 'and':
    case 'or':
      return right === true;
    case '.':
      return text(left) + text(right);
    case '->':
      return element(left, right);
    case '=':
      return isSame(left, right);
    case '!=':
      return !isSame(left, right);
    case '~':
      return expression(text(right)).test(text(left));
    case 'in':
      return isIn(text(left), text(right));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compared(sign, quantity(left), quantity(right));
    default:
      return arithmetic(sign, left, right);
  }
}

function element(of: Value, key: Value): Value {
  if (!isArray(of) || typeof key !== 'number') throw new RunError('invalid internal item number');
  return of[key] ?? null;
}

/** A flag is `yes` or `no` where it is compared with a word. */
const plain = (value: Value): string => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : text(value));
const isSame = (left: Value, right: Value): boolean =>
  plain(left) ===
  plain(typeof left === 'boolean' && (right === 'true' || right === 'false') ? right === 'true' : right);

export function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new RunError('bad regular expression');
  }
}

function isIn(address: string, block: string): boolean {
  const [network, length] = ipaddr.IPv4.parseCIDR(block.includes('/') ? block : `${block}/32`);
  return ipaddr.IPv4.parse(address.replace(/\/32$/, '')).match(network, length);
}

function quantity(value: Value): number {
  if (typeof value === 'number') return value;
  if (isTime(value)) return value.seconds;
  throw new RunError(`cannot compare ${text(value) || 'nothing'}`);
}

const compared = (sign: '<' | '>' | '<=' | '>=', a: number, b: number): boolean =>
  ({ '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b })[sign];

function arithmetic(sign: string, left: Value, right: Value): Value {
  const [a, b] = [quantity(left), quantity(right)];
  const results: Readonly<Record<string, number>> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': Math.trunc(a / b),
    '%': a % b,
  };
  const result = results[sign];
  if (result === undefined) throw new RunError(`cannot ${sign}`);
  return isTime(left) || isTime(right) ? time(result) : result;
}
