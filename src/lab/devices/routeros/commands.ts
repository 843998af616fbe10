/** Commands of menus ("Scripting": Common commands). */
import type { Entry } from './configuration.ts';
import { exported, printed } from './export.ts';
import type { Interpreter } from './interpreter.ts';
import { menus } from './menus.ts';
import type { Scope } from './scope.ts';
import type { Argument, Statement } from './syntax.ts';
import { id, isArray, isId, RunError, text, type Value } from './values.ts';

type Command = Extract<Statement, { is: 'menu' }>;

/** One command as it runs. */
interface Running {
  readonly on: Interpreter;
  readonly menu: string;
  readonly plain: readonly Value[];
  readonly named: Readonly<Record<string, Value>>;
  readonly where: (entry: Entry) => boolean;
}

/** @throws RunError */
export function runMenu(on: Interpreter, command: Command, scope: Scope): Value {
  const { menu, verb, where } = command;
  const value = ({ value: given }: Argument): Value => on.evaluate(given, scope);
  const running: Running = {
    on,
    menu,
    plain: command.arguments.filter(({ name }) => name === null).map(value),
    named: Object.fromEntries(command.arguments.flatMap((one) => (one.name === null ? [] : [[one.name, value(one)]]))),
    where: (entry) => where === null || on.evaluate(where, scope, { menu, entry }) === true,
  };
  const done = verbs[verb];
  if (done === undefined) throw new RunError(`bad command name ${verb}`);
  return done(running);
}

const configuration = ({ on }: Running) => on.device.configuration;

/** Ids, numbers and names, alone or several. @throws RunError */
function entries(running: Running, given: Value | undefined): Entry[] {
  const { menu } = running;
  const all = configuration(running).items(menu);
  if (given === undefined || given === null || given === '') return [];
  const several = isArray(given) ? given : isId(given) ? [given] : text(given).split(',');
  return several.map((one) => {
    const found = isId(one)
      ? all.find((entry) => entry.id === one.number)
      : (all.find(({ values }) => values['name'] === text(one)) ??
        (/^\d+$/.test(text(one)) ? all[Number(text(one))] : undefined));
    if (found === undefined) throw new RunError('no such item');
    return found;
  });
}

/** `null` unsets. */
const assigned = ({ named }: Running): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(named)
      .filter(([key]) => key !== 'place-before' && key !== 'numbers')
      .map(([key, value]) => [key, value === null ? null : text(value)]),
  );

const verbs: Readonly<Record<string, (running: Running) => Value>> = {
  add(running) {
    const { menu, named } = running;
    const given = Object.fromEntries(
      Object.entries(assigned(running)).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
    );
    const before = named['place-before'];
    const place = before === undefined ? undefined : entries(running, before)[0];
    if (before !== undefined && place === undefined) throw new RunError('no such item');
    const entry = running.on.device.added(menu, given, place?.id);
    return id(entry.id);
  },
  set(running) {
    const { menu, plain, named } = running;
    const values = assigned(running);
    if (menus[menu]?.holds === 'one') configuration(running).set(menu, null, values);
    else
      for (const entry of entries(running, plain[0] ?? named['numbers']))
        configuration(running).set(menu, entry, values);
    return running.on.device.changed();
  },
  remove(running) {
    for (const entry of entries(running, running.plain[0])) running.on.device.removed(running.menu, entry);
    return running.on.device.changed();
  },
  enable: (running) => switched(running, false),
  disable: (running) => switched(running, true),
  comment(running) {
    const values = { comment: text(running.named['comment'] ?? running.plain[1] ?? null) };
    for (const entry of entries(running, running.plain[0])) configuration(running).set(running.menu, entry, values);
    return running.on.device.changed();
  },
  move(running) {
    const [what, where] = [
      entries(running, running.plain[0]),
      entries(running, running.plain[1] ?? running.named['destination']),
    ];
    for (const entry of what) if (entry !== where[0]) configuration(running).move(running.menu, entry, where[0]);
    return running.on.device.changed();
  },
  get(running) {
    const { menu, plain, on } = running;
    if (menus[menu]?.holds === 'one') return on.device.property(menu, null, text(plain[0] ?? null));
    const [entry] = entries(running, plain[0]);
    if (entry === undefined) throw new RunError('no such item');
    return on.device.property(menu, entry, text(plain[1] ?? null));
  },
  find: (running) => matching(running).map((entry) => id(entry.id)),
  print(running) {
    const { on, menu, plain } = running;
    const flags = plain.map(text);
    if (flags.includes('count-only')) on.print(`${matching(running).length}\r\n`);
    else if (flags.includes('terse') || flags.includes('as-value')) throw new RunError('failure: not modelled');
    else on.print(printed(on.device.configuration, menu, matching(running)));
    return null;
  },
  export({ on, menu, plain }) {
    if (!plain.map(text).includes('terse')) throw new RunError('failure: only terse exports are modelled');
    on.print(exported(on.device.configuration, menu, on.device.date));
    return null;
  },
  run(running) {
    for (const entry of entries(running, running.plain[0])) running.on.device.runScript(entry);
    return null;
  },
  flush({ on }) {
    on.device.names.flush();
    return null;
  },
};

function switched(running: Running, disabled: boolean): Value {
  for (const entry of entries(running, running.plain[0])) entry.disabled = disabled;
  return running.on.device.changed();
}

const matching = (running: Running): Entry[] => configuration(running).items(running.menu).filter(running.where);
