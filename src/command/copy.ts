/**
 * `remote.CopyToRemote`. Where things go:
 *
 * | source | remotePath is a folder | is not there | is a file |
 * |---|---|---|---|
 * | text | error | remotePath | replaced |
 * | file | remotePath/file | remotePath | replaced |
 * | folder | remotePath/folder | remotePath/folder | error |
 * | folder/ | remotePath/… | remotePath/… | error |
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { sftpPath, type RemoteShell } from '../hosts/shell.ts';
import { CommandFailure } from './failure.ts';
import { RemoteFiles } from './remote-files.ts';
import { plain, type Properties } from './wire.ts';

/** ssh2 has this much under way at once; its own packets are 32 KiB. */
const highWaterMark = 1024 * 1024;

/** @throws CommandFailure; HostError; the error of the local file. */
export async function copyToRemote(shell: RemoteShell, inputs: Properties): Promise<void> {
  const source = plain(inputs['source']) as { path?: string; text?: string };
  const target = sftpPath(String(plain(inputs['remotePath'])));
  const local = source.path ?? '';
  const isFolder = local !== '' && (await stat(local)).isDirectory();
  await shell.withFiles(async (sftp) => {
    const files = new RemoteFiles(sftp);
    if (local === '') await copyText(files, source.text ?? '', target);
    else if (isFolder) await copyFolder(files, local, target);
    else await copyFile(files, local, target);
  });
}

async function copyText(files: RemoteFiles, text: string, target: string): Promise<void> {
  if ((await files.stat(target))?.isDirectory() === true)
    throw new CommandFailure(
      `remote path ${target} is a directory; when using a text asset, remotePath must be a file path`,
    );
  await files.ensureFolder(path.posix.dirname(target));
  await files.put(Readable.from([Buffer.from(text)]), target);
}

async function copyFile(files: RemoteFiles, local: string, target: string): Promise<void> {
  const found = await files.stat(target);
  if (found === undefined) await files.ensureFolder(path.posix.dirname(target));
  const file = found?.isDirectory() === true ? path.posix.join(target, path.basename(local)) : target;
  await files.put(contentOf(local), file);
}

async function copyFolder(files: RemoteFiles, local: string, target: string): Promise<void> {
  const top = /[\\/]$/.test(local) ? target : path.posix.join(target, path.basename(local));
  await files.ensureFolder(top);
  const entries = await readdir(local, { recursive: true, withFileTypes: true });
  const found = entries.map((entry) => ({ entry, from: path.join(entry.parentPath, entry.name) }));
  // A folder comes before what is in it.
  for (const { entry, from } of found.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const to = path.posix.join(top, path.relative(local, from).replaceAll(path.sep, '/'));
    if (entry.isDirectory()) await files.ensureFolder(to);
    else await files.put(contentOf(from), to);
  }
}

/** What a link points to is copied; one to a folder is refused when it is read, as in the official plugin. */
const contentOf = (file: string): Readable => createReadStream(file, { highWaterMark });
