/** `examsite depot pack`, `unpack`: a whole cycle in one folder, for a site without internet. */
import { type Command } from 'commander';
import { pack } from '../../../engine/pack.mjs';
import { unpack } from '../../../engine/unpack.mjs';
import { UserError } from '../../core/errors.ts';
import { lockFile } from '../../depot/hosts.ts';
import { readLock } from '../../depot/read.ts';
import { verifyDepot } from '../../depot/verify.ts';
import type { Io } from '../io.ts';

export function packCommands(depot: Command, io: Io): void {
  depot
    .command('pack')
    .description(
      'carry a whole cycle in one folder: inventories, depot, the program, its packages, Node and the engine',
    )
    .argument('<folder>', 'absent or empty')
    .action(async (folder: string) => packInto(io, folder));
  depot
    .command('unpack')
    .description("bring the files of a pack into this site's depot; to set up a machine without examsite: sh unpack.sh")
    .argument('<pack>', 'what `depot pack` wrote')
    .action(async (from: string) => unpackFrom(io, from));
}

/** A depot that is not whole would be noticed only where nothing can be downloaded. */
async function packInto(io: Io, folder: string): Promise<void> {
  const problems = await verifyDepot(io.home.depot, await readLock(lockFile(io.home)));
  if (problems.length > 0) throw new UserError(problems);
  const { files } = await pack(folder, { home: io.home.root });
  const bytes = Object.values(files).reduce((sum, { size }) => sum + size, 0);
  const [count, size] = [Object.keys(files).length, `${(bytes / 1e9).toFixed(2)} GB`];
  io.print(
    {
      zh: `${folder}：${count} 个文件，${size}；在没有网络的电脑上运行 sh unpack.sh 文件夹`,
      en: `${folder}: ${count} files, ${size}; on the machine without a network: sh unpack.sh FOLDER`,
    }[io.lang],
  );
  io.result({ folder, files: count, bytes });
}

async function unpackFrom(io: Io, from: string): Promise<void> {
  const { kept, version } = await unpack(from, io.home.root);
  for (const name of kept) io.note({ zh: `保留原有的 ${name}`, en: `kept as it is here: ${name}` }[io.lang]);
  io.print({ zh: '安装包库已更新', en: "the depot has the pack's files" }[io.lang]);
  io.result({ kept, version });
}
