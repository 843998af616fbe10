/** Files on the machine, over sftp. Whoever reads a file while it is copied sees the old one or the new one, and so does a power cut. */
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { SFTPWrapper, Stats } from 'ssh2';
import { CommandFailure, messageOf } from './failure.ts';

/** SSH_FX_NO_SUCH_FILE */
const noSuchFile = 2;
/** Constant, so that what a cut-off copy left behind is overwritten by the next and not added to. */
const partial = '.examsite-partial';

export class RemoteFiles {
  readonly #sftp: SFTPWrapper;

  constructor(sftp: SFTPWrapper) {
    this.#sftp = sftp;
  }

  /** @returns undefined where there is nothing. */
  async stat(file: string): Promise<Stats | undefined> {
    try {
      return await this.#call<Stats>('stat', file, (done) => this.#sftp.stat(file, done));
    } catch (error) {
      if (error instanceof SftpError && error.code === noSuchFile) return undefined;
      throw error;
    }
  }

  /** Makes a folder and what is missing above it. */
  async ensureFolder(folder: string): Promise<void> {
    const found = await this.stat(folder);
    if (found?.isDirectory() === true) return;
    if (found !== undefined) throw new CommandFailure(`remote path ${folder} exists but is not a directory`);
    await this.ensureFolder(path.posix.dirname(folder));
    try {
      await this.#do('create the folder', folder, (done) => this.#sftp.mkdir(folder, done));
    } catch (error) {
      // Unless somebody else was faster.
      if ((await this.stat(folder))?.isDirectory() !== true) throw error;
    }
  }

  /** Replaces or makes a file; its folder must be there. Who owns it and who may use it stays as it was. */
  async put(content: Readable, file: string): Promise<void> {
    const before = await this.stat(file);
    const target = before === undefined ? file : await this.#real(file);
    const draft = target + partial;
    await this.#remove(draft);
    try {
      // "wx": never through a link that somebody has put there.
      const handle = await this.#call<Buffer>('make', draft, (done) => this.#sftp.open(draft, 'wx', done));
      // Before there is anything in it that not everybody may read.
      if (before !== undefined) await this.#keepRights(handle, draft, before);
      await this.#write(content, draft, handle);
      await this.#replace(draft, target);
    } catch (error) {
      content.destroy();
      await this.#remove(draft).catch(() => undefined);
      throw error;
    }
  }

  /** Through a link to what it points to: the link stays. */
  #real(file: string): Promise<string> {
    return this.#call<string>('resolve', file, (done) => this.#sftp.realpath(file, done));
  }

  /** A stream that opens the file itself would make it writable for everybody, whatever the machine's umask says. */
  async #write(content: Readable, file: string, handle: Buffer): Promise<void> {
    const sink = this.#sftp.createWriteStream(file, { handle, autoClose: true });
    const closed = new Promise((resolve) => sink.once('close', resolve));
    try {
      await pipeline(content, sink);
      await closed;
    } catch (error) {
      throw wrapped('write', file, error);
    }
  }

  async #keepRights(handle: Buffer, draft: string, { mode, uid, gid }: Stats): Promise<void> {
    const now = await this.#call<Stats>('stat', draft, (done) => this.#sftp.fstat(handle, done));
    if (now.uid !== uid || now.gid !== gid)
      await this.#do('chown', draft, (done) => this.#sftp.fchown(handle, uid, gid, done));
    if (now.mode !== mode) await this.#do('chmod', draft, (done) => this.#sftp.fchmod(handle, mode & 0o7777, done));
  }

  /** Plain sftp cannot rename over a file; OpenSSH, Windows' as well, has an extension that does it in one step. */
  async #replace(draft: string, target: string): Promise<void> {
    const rename = (done: (error?: Error | null) => void): void => this.#sftp.rename(draft, target, done);
    try {
      await this.#do('rename to', target, (done) => this.#sftp.ext_openssh_rename(draft, target, done));
    } catch (error) {
      if (error instanceof SftpError) throw error;
      await this.#do('rename to', target, rename).catch(async () => {
        await this.#remove(target);
        await this.#do('rename to', target, rename);
      });
    }
  }

  async #remove(file: string): Promise<void> {
    await this.#do('remove', file, (done) => this.#sftp.unlink(file, done)).catch((error: unknown) => {
      if (!(error instanceof SftpError && error.code === noSuchFile)) throw error;
    });
  }

  #do(what: string, file: string, ask: (done: (error?: Error | null) => void) => void): Promise<unknown> {
    return this.#call(what, file, (done) => ask((error) => done(error, undefined)));
  }

  /** @throws SftpError when the machine refused; Error when the request could not be made at all. */
  #call<T>(
    what: string,
    file: string,
    ask: (done: (error: Error | null | undefined, value: T) => void) => void,
  ): Promise<T> {
    return promisify<T>(ask)().catch((error: unknown) => {
      throw wrapped(what, file, error);
    });
  }
}

class SftpError extends CommandFailure {
  readonly code: number;
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** What the machine refused, with the path that its own message lacks. */
function wrapped(what: string, file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) return error;
  return new SftpError(`cannot ${what} ${file}: ${messageOf(error)}`, error.code);
}
