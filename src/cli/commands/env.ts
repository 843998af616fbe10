/** `eval "$(npx examsite env)"`: makes plain `pulumi preview | up | refresh --stack room-301` see the same stacks. */
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { pulumiEnvironment } from '../stack.ts';

export function envCommand(program: Command, io: Io): void {
  program
    .command('env')
    .description('print what a plain pulumi needs in its environment, for eval in a POSIX shell')
    .action(async () => {
      const environment = await pulumiEnvironment(io.home, io.lang, (line) => io.note(line));
      io.print(
        Object.entries(environment)
          .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
          .join('\n'),
      );
      io.result(environment);
    });
}
