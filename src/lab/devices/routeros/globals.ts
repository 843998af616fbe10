/** Global commands ("Scripting": Global commands, Loops and conditional statements, Catch run-time errors). */
import { Scope } from './scope.ts';
import type { Argument, Expression, Statement } from './syntax.ts';
import { isArray, isTime, parseTime, RunError, text, time, typeName, type Value } from './values.ts';

export interface GlobalContext {
  print(line: string): void;
  run(body: readonly Statement[], scope: Scope): Value;
  block(argument: Argument | undefined, scope: Scope): Value;
  evaluate(expression: Expression, scope: Scope): Value;
}

type Named = (name: string) => Argument | undefined;

/** @throws RunError */
export function call(context: GlobalContext, name: string, given: readonly Argument[], scope: Scope): Value {
  const named: Named = (wanted) => given.find((one) => one.name === wanted);
  const plain = given.filter((one) => one.name === null);
  switch (name) {
    case 'if':
    case 'do':
    case 'while':
    case 'foreach':
    case 'for':
    case 'onerror':
      return flow(context, name, plain, named, scope);
    case 'local':
    case 'global':
    case 'set':
      return assign(context, name, plain, scope);
    default: {
      const values = plain.map(({ value }) => context.evaluate(value, scope));
      if (name === 'put') {
        context.print(`${text(values[0] ?? null)}\r\n`);
        return null;
      }
      return valueOf(name, values);
    }
  }
}

function assign(context: GlobalContext, name: string, plain: readonly Argument[], scope: Scope): Value {
  const [variable, value] = plain.map((one) => context.evaluate(one.value, scope));
  if (name === 'set') scope.set(text(variable ?? null), value ?? null);
  else scope.declare(text(variable ?? null), value ?? null);
  return null;
}

function flow(context: GlobalContext, name: string, plain: readonly Argument[], named: Named, scope: Scope): Value {
  const inner = new Scope(scope);
  const value = (argument: Argument | undefined): Value =>
    argument === undefined ? null : context.evaluate(argument.value, scope);
  switch (name) {
    case 'if':
      if (value(plain[0]) === true) return context.block(named('do'), inner);
      return named('else') === undefined ? null : context.block(named('else'), inner);
    case 'do':
      return attempt(context, plain[0], named('on-error'), scope);
    case 'onerror':
      return caught(context, text(value(plain[0])), named, scope);
    case 'foreach':
      return each(context, plain, named, scope);
    case 'while':
      for (let rounds = 0; value(plain[0]) === true; rounds += 1) {
        if (rounds > 10_000) throw new RunError('interrupted');
        context.block(named('do'), new Scope(scope));
      }
      return null;
    default:
      return counted(context, text(value(plain[0])), named, scope);
  }
}

function attempt(
  context: GlobalContext,
  body: Argument | undefined,
  otherwise: Argument | undefined,
  scope: Scope,
): Value {
  try {
    return context.block(body, new Scope(scope));
  } catch (error) {
    if (!(error instanceof RunError) || otherwise === undefined) throw error;
    return context.block(otherwise, new Scope(scope));
  }
}

function caught(context: GlobalContext, variable: string, named: Named, scope: Scope): Value {
  try {
    context.block(named('in'), new Scope(scope));
    return false;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const inner = new Scope(scope);
    inner.declare(variable, error.message);
    context.block(named('do'), inner);
    return true;
  }
}

function each(context: GlobalContext, plain: readonly Argument[], named: Named, scope: Scope): Value {
  const names = plain.map((one) => text(context.evaluate(one.value, scope)));
  const list = named('in');
  const found = list === undefined ? null : context.evaluate(list.value, scope);
  const all = found === null || found === '' ? [] : isArray(found) ? found : [found];
  all.forEach((value, index) => {
    const inner = new Scope(scope);
    const [first = '', second] = names;
    if (second === undefined) inner.declare(first, value);
    else {
      inner.declare(first, index);
      inner.declare(second, value);
    }
    context.block(named('do'), inner);
  });
  return null;
}

function counted(context: GlobalContext, variable: string, named: Named, scope: Scope): Value {
  const number = (name: string, otherwise: number): number => {
    const argument = named(name);
    return argument === undefined ? otherwise : Number(text(context.evaluate(argument.value, scope)));
  };
  const [from, to, step] = [number('from', 0), number('to', 0), number('step', 1)];
  for (let at = from; step > 0 ? at <= to : at >= to; at += step) {
    const inner = new Scope(scope);
    inner.declare(variable, at);
    context.block(named('do'), inner);
  }
  return null;
}

function valueOf(name: string, values: readonly Value[]): Value {
  const [first = null, second = null, third = null] = values;
  switch (name) {
    case 'error':
      throw new RunError(text(first));
    case 'len':
      return isArray(first) ? first.length : text(first).length;
    case 'typeof':
      return typeName(first);
    case 'pick':
      return pick(first, Number(text(second)), third === null ? null : Number(text(third)));
    case 'find':
      return found(first, second);
    case 'tostr':
      return text(first);
    case 'tonum':
      return /^-?\d+$/.test(text(first)) ? Number(text(first)) : null;
    case 'totime':
      return toTime(first);
    case 'toarray':
      return text(first).split(',');
    default:
      return null;
  }
}

function toTime(value: Value): Value {
  if (isTime(value)) return value;
  const seconds = parseTime(text(value));
  return seconds === undefined ? null : time(seconds);
}

function pick(of: Value, start: number, end: number | null): Value {
  if (isArray(of)) return end === null ? (of[start] ?? null) : of.slice(start, end);
  return text(of).slice(start, end ?? start + 1);
}

function found(where: Value, what: Value): Value {
  const at = isArray(where) ? where.findIndex((one) => text(one) === text(what)) : text(where).indexOf(text(what));
  return at === -1 ? null : at;
}
