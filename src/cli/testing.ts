/** For the tests of commands: one command line, as a person types it, and what was said. */
import { Command } from 'commander';
import type { Home } from '../core/home.ts';
import type { Io } from './io.ts';

export interface Said {
  /** A line each: on stdout, and on the side. */
  readonly out: string[];
  readonly notes: string[];
}

/** In English. @param register adds the commands */
export async function runCommand(
  home: Home,
  register: (program: Command, io: Io) => void,
  words: readonly string[],
): Promise<Said> {
  const said: Said = { out: [], notes: [] };
  const io: Io = {
    ...{ home, lang: 'en', json: false },
    ...{ print: (text) => said.out.push(text), note: (text) => said.notes.push(text), result: () => undefined },
  };
  const program = new Command().exitOverride();
  register(program, io);
  await program.parseAsync(words, { from: 'user' });
  return said;
}
