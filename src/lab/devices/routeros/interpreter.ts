/** Runs what was read. */
import type { Device } from './device.ts';
import { Scope } from './scope.ts';
import { runMenu } from './commands.ts';
import { binary } from './operators.ts';
import { call, type GlobalContext } from './globals.ts';
import type { Entry } from './configuration.ts';
import type { Argument, Expression, Statement } from './syntax.ts';
import { RunError, text, type Value } from './values.ts';

/** An item that `where` asks about. */
export interface Subject {
  readonly menu: string;
  readonly entry: Entry;
}

export class Interpreter implements GlobalContext {
  readonly device: Device;
  /** What the console has printed. */
  output = '';

  constructor(device: Device) {
    this.device = device;
  }

  print(line: string): void {
    this.output += line;
  }

  /** @throws RunError */
  run(body: readonly Statement[], scope: Scope): Value {
    let last: Value = null;
    for (const statement of body) last = this.statement(statement, scope);
    return last;
  }

  statement(statement: Statement, scope: Scope): Value {
    switch (statement.is) {
      case 'go':
        return null;
      case 'block':
        return this.run(statement.body, new Scope(scope));
      case 'global':
        return call(this, statement.name, statement.arguments, scope);
      case 'menu':
        return runMenu(this, statement, scope);
    }
  }

  block(argument: Argument | undefined, scope: Scope): Value {
    if (argument?.value.is !== 'block') throw new RunError('failure: commands expected');
    return this.run(argument.value.body, scope);
  }

  evaluate(expression: Expression, scope: Scope, subject?: Subject): Value {
    switch (expression.is) {
      case 'value':
        return expression.value;
      case 'text':
        return expression.parts.map((part) => text(this.evaluate(part, scope, subject))).join('');
      case 'variable':
        return scope.get(expression.name);
      case 'word':
        return subject === undefined
          ? expression.word
          : this.device.property(subject.menu, subject.entry, expression.word);
      case 'command':
        return this.statement(expression.command, scope);
      case 'array':
        return expression.items.map((item) => this.evaluate(item, scope, subject));
      case 'not':
        return this.evaluate(expression.of, scope, subject) !== true;
      case 'block':
        throw new RunError('failure: a value expected');
      case 'pair':
        return this.#pair(expression, scope, subject);
    }
  }

  #pair({ sign, left, right }: Extract<Expression, { is: 'pair' }>, scope: Scope, subject?: Subject): Value {
    const first = this.evaluate(left, scope, subject);
    if (sign === 'and' && first !== true) return false;
    if (sign === 'or' && first === true) return true;
    // On the right a word is a value, whatever it may be called.
    const isName = right.is === 'word';
    return binary(sign, first, isName ? right.word : this.evaluate(right, scope, subject));
  }
}
