/** sftp-server over the model's files. Paths as Win32-OpenSSH has them: `/C:/x` is canonical, `C:/x` is taken too (windows-facts 1). */
import ssh2 from 'ssh2';
import type { Attributes, FileEntry, SFTPWrapper } from 'ssh2';
import { Refusal } from '../pc/fault.ts';
import { normalise } from '../pc/paths.ts';
import type { Pc } from '../pc/pc.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;
const home = 'C:\\Users\\examsite';
const folderMode = 0o040777;
const fileMode = 0o100666;

type Handle =
  | { readonly kind: 'file'; readonly path: string; content: Buffer; readonly writing: boolean; changed: boolean }
  | { readonly kind: 'folder'; readonly path: string; listed: boolean };

export function serveSftp(pc: Pc, sftp: SFTPWrapper): void {
  new SftpSession(pc, sftp).listen();
}

/** `/` lists drives; a relative path is below the user's profile. */
function toWindows(path: string): string {
  const plain = path.replace(/^\/(?=[A-Za-z]:)/, '');
  if (/^[A-Za-z]:/.test(plain)) return normalise(plain);
  if (plain.startsWith('/')) throw new Refusal('not-found', path);
  return normalise(`${home}/${plain}`);
}

class SftpSession {
  readonly #pc: Pc;
  readonly #sftp: SFTPWrapper;
  readonly #handles = new Map<number, Handle>();
  #next = 0;

  constructor(pc: Pc, sftp: SFTPWrapper) {
    this.#pc = pc;
    this.#sftp = sftp;
  }

  listen(): void {
    this.#files();
    this.#folders();
    this.#names();
    // A session that dies leaves on the disk what had arrived.
    this.#sftp.on('close', () => this.#pc.journal.act('ssh', () => this.#abandon()));
  }

  #files(): void {
    const sftp = this.#sftp;
    sftp.on('OPEN', (id, name, flags) => this.#do(id, () => sftp.handle(id, this.#open(toWindows(name), flags))));
    sftp.on('READ', (id, handle, offset, length) =>
      this.#do(id, () => {
        const { content } = this.#file(handle);
        if (offset >= content.length) return sftp.status(id, STATUS_CODE.EOF);
        sftp.data(id, content.subarray(offset, offset + length));
      }),
    );
    sftp.on('WRITE', (id, handle, offset, data) =>
      this.#do(id, () => {
        write(this.#file(handle), offset, data);
        sftp.status(id, STATUS_CODE.OK);
      }),
    );
    sftp.on('FSTAT', (id, handle) =>
      this.#do(id, () => sftp.attrs(id, fileAttributes(this.#file(handle).content.length))),
    );
    sftp.on('CLOSE', (id, handle) =>
      this.#do(id, () => {
        const open = this.#handle(handle);
        this.#handles.delete(handle.readUInt32BE(0));
        if (open.kind === 'file') this.#commit(open);
        sftp.status(id, STATUS_CODE.OK);
      }),
    );
  }

  #folders(): void {
    const sftp = this.#sftp;
    sftp.on('OPENDIR', (id, name) =>
      this.#do(id, () => {
        const path = toWindows(name);
        if (!this.#pc.files.isDirectory(path)) throw new Refusal('not-found', path);
        sftp.handle(id, this.#register({ kind: 'folder', path, listed: false }));
      }),
    );
    sftp.on('READDIR', (id, handle) =>
      this.#do(id, () => {
        const folder = this.#handle(handle);
        if (folder.kind !== 'folder' || folder.listed) return sftp.status(id, STATUS_CODE.EOF);
        folder.listed = true;
        sftp.name(
          id,
          this.#pc.files.list(folder.path).map((name) => this.#entry(folder.path, name)),
        );
      }),
    );
    sftp.on('MKDIR', (id, name) => this.#change(id, () => this.#pc.files.makeDirectory(toWindows(name))));
    sftp.on('RMDIR', (id, name) =>
      this.#change(id, () => {
        const path = toWindows(name);
        if (this.#pc.files.list(path).length > 0) throw new Refusal('failed', `${path} is not empty`);
        this.#pc.files.delete(path);
      }),
    );
  }

  #names(): void {
    const sftp = this.#sftp;
    const stat = (id: number, name: string): void =>
      this.#do(id, () => sftp.attrs(id, this.#attributes(toWindows(name))));
    sftp.on('STAT', stat);
    sftp.on('LSTAT', stat);
    sftp.on('REALPATH', (id, name) =>
      this.#do(id, () => {
        const filename = `/${(name === '.' ? home : toWindows(name)).replaceAll('\\', '/')}`;
        sftp.name(id, [{ filename, longname: filename, attrs: folderAttributes() }]);
      }),
    );
    sftp.on('REMOVE', (id, name) =>
      this.#change(id, () => {
        const path = toWindows(name);
        if (!this.#pc.files.read(path)) throw new Refusal('not-found', path);
        this.#pc.files.delete(path);
      }),
    );
    sftp.on('RENAME', (id, from, to) => this.#change(id, () => this.#pc.files.rename(toWindows(from), toWindows(to))));
    // Times and modes are not modelled; clients set them after every upload.
    sftp.on('SETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
    sftp.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  }

  #open(path: string, flags: number): Buffer {
    const writing = (flags & OPEN_MODE.WRITE) !== 0;
    const present = this.#pc.files.read(path)?.content;
    if (!present && (flags & OPEN_MODE.CREAT) === 0) throw new Refusal('not-found', path);
    const content = present && (flags & OPEN_MODE.TRUNC) === 0 ? present : Buffer.alloc(0);
    if (writing) this.#pc.files.write(path, { content, size: content.length });
    return this.#register({ kind: 'file', path, content, writing, changed: false });
  }

  #register(handle: Handle): Buffer {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(this.#next);
    this.#handles.set(this.#next++, handle);
    return number;
  }

  #handle(handle: Buffer): Handle {
    const found = handle.length === 4 ? this.#handles.get(handle.readUInt32BE(0)) : undefined;
    if (!found) throw new Refusal('bad-request', 'no such handle');
    return found;
  }

  #file(handle: Buffer): Extract<Handle, { kind: 'file' }> {
    const found = this.#handle(handle);
    if (found.kind !== 'file') throw new Refusal('bad-request', 'that handle is of a folder');
    return found;
  }

  #commit({ writing, changed, path, content }: Extract<Handle, { kind: 'file' }>): void {
    if (writing && changed) this.#pc.files.write(path, { content, size: content.length });
  }

  #abandon(): void {
    if (this.#pc.power !== 'on') return;
    for (const handle of this.#handles.values()) if (handle.kind === 'file') this.#commit(handle);
    this.#handles.clear();
  }

  #attributes(path: string): Attributes {
    const file = this.#pc.files.read(path);
    if (file) return fileAttributes(file.size);
    if (this.#pc.files.isDirectory(path) || path.length === 2) return folderAttributes();
    throw new Refusal('not-found', path);
  }

  #entry(folder: string, filename: string): FileEntry {
    return { filename, longname: filename, attrs: this.#attributes(`${folder}\\${filename}`) };
  }

  #change(id: number, work: () => void): void {
    this.#do(id, () => {
      work();
      this.#sftp.status(id, STATUS_CODE.OK);
    });
  }

  #do(id: number, work: () => void): void {
    try {
      this.#pc.journal.act('ssh', work);
    } catch (error) {
      this.#sftp.status(
        id,
        error instanceof Refusal && error.code === 'not-found' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE,
      );
    }
  }
}

/** Grows geometrically: an upload of many small packets must not copy the file each time. */
function write(file: { content: Buffer; changed: boolean }, offset: number, data: Buffer): void {
  const end = offset + data.length;
  if (end > file.content.length) {
    const grown = Buffer.alloc(end);
    file.content.copy(grown);
    file.content = grown;
  }
  data.copy(file.content, offset);
  file.changed = true;
}

const attributes = (mode: number, size: number): Attributes => ({ mode, size, uid: 0, gid: 0, atime: 0, mtime: 0 });
const fileAttributes = (size: number): Attributes => attributes(fileMode, size);
const folderAttributes = (): Attributes => attributes(folderMode, 0);
