/** Reads a script as RouterOS does: whole, before any of it runs. What it does not know is an error in the console's own words. */
import { readExpression, readTerms } from './expressions.ts';
import { Reader } from './reader.ts';
import { globals, type Argument, type Expression, type Grammar, type Statement } from './syntax.ts';
import { literal } from './values.ts';

const end = /[;\r\n\]})]/;

export class Parser {
  readonly reader: Reader;
  readonly #grammar: Grammar;
  /** Names of variables, scope by scope. */
  readonly #scopes: Set<string>[] = [new Set()];
  /** Where relative paths begin. */
  #menus: string[] = [''];

  constructor(source: string, grammar: Grammar) {
    this.reader = new Reader(source);
    this.#grammar = grammar;
  }

  /** @throws ParseError */
  script(): Statement[] {
    const body = this.#statements();
    if (this.reader.next !== '') throw this.reader.fault('syntax error');
    return body;
  }

  knows(name: string): boolean {
    return this.#scopes.some((scope) => scope.has(name));
  }

  #statements(): Statement[] {
    const body: Statement[] = [];
    const depth = this.#menus.length;
    for (;;) {
      this.reader.skip(true);
      if (this.reader.next === '' || /[\]})]/.test(this.reader.next)) break;
      body.push(this.statement());
    }
    this.#menus.length = depth;
    return body;
  }

  statement(): Statement {
    const { reader } = this;
    if (reader.next === '{') return { is: 'block', body: this.block() };
    const statement = reader.next === ':' ? this.#global() : this.#command();
    reader.skip();
    if (reader.next !== '' && !end.test(reader.next)) throw reader.fault('expected end of command');
    return statement;
  }

  /** `{…}` with a scope of its own. */
  block(names: readonly string[] = []): Statement[] {
    this.reader.expect('{');
    this.#scopes.push(new Set(names));
    const body = this.#statements();
    this.#scopes.pop();
    this.reader.expect('}');
    return body;
  }

  #global(): Statement {
    const { reader } = this;
    const start = reader.at;
    reader.expect(':');
    const name = reader.match(/[a-z]+/) ?? '';
    const takes = globals[name];
    if (takes === undefined) throw reader.fault(`bad command name ${name}`, start + 1);
    const declared = this.#declaration(name);
    const found: Argument[] = declared.map((value) => ({ name: null, value: { is: 'value', value } }));
    const loop = name === 'foreach' || name === 'for' || name === 'onerror';
    for (;;) {
      reader.skip();
      if (reader.next === '' || end.test(reader.next)) break;
      found.push(this.#globalArgument(takes, name, loop ? declared : []));
    }
    if (!loop) for (const variable of declared) this.#scopes.at(-1)?.add(variable);
    return { is: 'global', name, arguments: found };
  }

  /** The names that a command declares or counts with. */
  #declaration(name: string): string[] {
    if (!['local', 'global', 'set', 'foreach', 'for', 'onerror'].includes(name)) return [];
    this.reader.skip();
    const word = this.reader.match(/[A-Za-z0-9]+(?:,[A-Za-z0-9]+)?|"[^"]*"/);
    if (word === undefined) throw this.reader.fault('syntax error');
    if (name === 'set' && !this.knows(word)) throw this.reader.fault('syntax error', this.reader.at - word.length);
    return word.replaceAll('"', '').split(',');
  }

  #globalArgument(takes: Readonly<Record<string, string>>, command: string, names: readonly string[]): Argument {
    const { reader } = this;
    const start = reader.at;
    const name = reader.match(/[a-z-]+=/)?.slice(0, -1);
    if (name === undefined) {
      const block = command === 'do' && reader.next === '{';
      return { name: null, value: block ? { is: 'block', body: this.block() } : readExpression(this, 'atom') };
    }
    const kind = takes[name];
    if (kind === undefined) throw reader.fault('expected end of command', start);
    reader.skip();
    if (kind === 'block') return { name, value: { is: 'block', body: this.block(names) } };
    return { name, value: readExpression(this, 'atom') };
  }

  #command(): Statement {
    const { reader } = this;
    let menu = reader.eat('/') ? '' : (this.#menus.at(-1) ?? '');
    for (;;) {
      reader.skip();
      const start = reader.at;
      const word = reader.match(/[a-z0-9][a-z0-9-]*|\.\./);
      if (word === undefined) {
        if (menu === '' || (reader.next !== '' && !end.test(reader.next))) throw reader.fault('syntax error');
        this.#menus.push(menu);
        return { is: 'go', menu };
      }
      const deeper = `${menu === '' ? '/' : `${menu} `}${word}`;
      reader.eat('/');
      if (this.#grammar.isMenu(deeper)) menu = deeper;
      else if (this.#grammar.verbs(menu).includes(word)) return this.#menuCommand(menu, word);
      else throw reader.fault(`bad command name ${word}`, start);
    }
  }

  #menuCommand(menu: string, verb: string): Statement {
    const { reader } = this;
    this.#menus.push(menu);
    const found: Argument[] = [];
    let where: Expression | null = null;
    for (;;) {
      reader.skip();
      if (reader.next === '' || end.test(reader.next)) break;
      if (reader.match(/where(?=[ \t])/) !== undefined || (verb === 'find' && found.length === 0)) {
        where = readTerms(this);
        break;
      }
      found.push(this.#menuArgument(menu, verb));
    }
    this.#menus.pop();
    return { is: 'menu', menu, verb, arguments: found, where };
  }

  #menuArgument(menu: string, verb: string): Argument {
    const { reader } = this;
    const start = reader.at;
    const name = reader.match(/!?[a-z0-9.-]+=/)?.slice(0, -1);
    if (name !== undefined) {
      if (!this.#grammar.takes(menu, verb, name)) throw reader.fault('expected end of command', start);
      if (reader.next === '' || /[\s;\]})]/.test(reader.next)) return { name, value: { is: 'value', value: '' } };
      return { name, value: readExpression(this, 'argument') };
    }
    if (reader.eat('!')) {
      const unset = reader.match(/[a-z0-9-]+/) ?? '';
      if (!this.#grammar.takes(menu, verb, unset)) throw reader.fault('expected end of command', start);
      return { name: unset, value: { is: 'value', value: null } };
    }
    const flag = reader.match(/[a-z][a-z-]*(?=[\s;\]})]|$)/);
    if (flag !== undefined) {
      if (['print', 'export'].includes(verb) && !this.#grammar.takes(menu, verb, flag))
        throw reader.fault('expected end of command', start);
      return { name: null, value: { is: 'value', value: literal(flag) } };
    }
    return { name: null, value: readExpression(this, 'argument') };
  }
}
