/** `examsite prepare --out DIR`: a USB stick's worth of files that makes a PC reachable. The one step that is done at the PC itself. */
import type { Command } from 'commander';
import type { Text } from '../../core/finding.ts';
import { UserError } from '../../core/errors.ts';
import { ensureIdentity } from '../../hosts/identity.ts';
import { checkedSite } from '../../inventory/load.ts';
import { site as siteSchema } from '../../inventory/schema.ts';
import type { Site } from '../../inventory/schema.ts';
import type { Io } from '../io.ts';
import { writeKit } from '../prepare-kit.ts';

interface Options {
  readonly out: string;
  readonly opensshZip?: string;
  readonly createAccount?: boolean;
}

export function prepareCommand(program: Command, io: Io): void {
  program
    .command('prepare')
    .description('write the files for a USB stick that makes a PC reachable over SSH; nothing secret is on it')
    .requiredOption('--out <dir>', 'folder to write to: the stick, or a folder to copy to it')
    .option('--openssh-zip <file>', 'OpenSSH for Windows (OpenSSH-Win64.zip), for PCs that have no SSH server')
    .option('--create-account', 'let the stick make the account of site.yaml (ssh.user) where a PC does not have it')
    .action((options: Options) => run(io, options));
}

function run(io: Io, { out, opensshZip, createAccount = false }: Options): void {
  const { user, port } = sshOf(io);
  const { publicKey } = ensureIdentity(io.home);
  const files = writeKit(out, {
    user,
    port,
    publicKey,
    createAccount,
    ...(opensshZip !== undefined && { opensshZip }),
  });
  const say = (text: Text): void => io.print(text[io.lang]);
  say({
    zh: `已写出 ${out}：${files.join('、')}`,
    en: `wrote ${out}: ${files.join(', ')}`,
  });
  say({
    zh: `在每台电脑上以管理员身份运行 prepare-pc.cmd（账户 ${user}，端口 ${port}）`,
    en: `on each PC, run prepare-pc.cmd as administrator (account ${user}, port ${port})`,
  });
  if (opensshZip === undefined) io.note(noZip[io.lang]);
  io.result({ out, files, user, port, createAccount, openssh: opensshZip !== undefined });
}

/** PCs may be prepared before anybody knows their addresses: without a site.yaml, its defaults. A faulty one is no reason to guess. */
function sshOf(io: Io): Site['ssh'] {
  const { value, problems, source } = checkedSite(io.home);
  if (value) return value.ssh;
  if (source) throw new UserError(problems);
  return siteSchema.shape.ssh.parse(undefined);
}

const noZip: Text = {
  zh: '没有 --openssh-zip：只适用于已装有 OpenSSH 服务器的电脑',
  en: 'no --openssh-zip: good only for PCs that have an OpenSSH server already',
};
