/** The requests that both plugins are sent, as data. Paths in them are below a folder of the run. */
import { createHash } from 'node:crypto';
import { archiveOf, secret, type Properties } from '../wire.ts';

export interface Request {
  readonly name: string;
  readonly type: 'local:Command' | 'remote:Command' | 'remote:CopyToRemote' | 'local:run';
  readonly call: 'check' | 'diff' | 'create' | 'update' | 'delete' | 'run';
  readonly olds?: Properties;
  readonly news: Properties;
  /** The official plugin says something else on purpose; both must refuse. */
  readonly wordsDiffer?: true;
}

const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const signature = '4dabf18193072939515e22adb298388d';
const asset = (more: Properties, hash = sha256(JSON.stringify(more))): Properties => ({
  [signature]: 'c44067f5952c0a294b673a41bacd8c17',
  hash,
  path: '',
  text: '',
  uri: '',
  ...more,
});
const folder = (path: string): Properties => ({ ...archiveOf({}, sha256(path)), path });

const ran = { stdout: 'OLD', stderr: 'OLDER' };
const printOld = 'echo "[$PULUMI_COMMAND_STDOUT] [$PULUMI_COMMAND_STDERR]"';

export const local: readonly Request[] = [
  { name: 'runs in a shell', type: 'local:Command', call: 'create', news: { create: 'echo a; echo; echo b >&2' } },
  { name: 'without a command', type: 'local:Command', call: 'create', news: { triggers: [1] } },
  { name: 'exit code', type: 'local:Command', call: 'create', news: { create: 'echo a; exit 3' } },
  { name: 'signal', type: 'local:Command', call: 'create', news: { create: 'kill -9 $$' }, wordsDiffer: true },
  { name: 'no folder', type: 'local:Command', call: 'create', news: { create: 'pwd', dir: '/no' }, wordsDiffer: true },
  {
    name: 'no program',
    type: 'local:Command',
    call: 'create',
    news: { create: 'x', interpreter: ['no'] },
    wordsDiffer: true,
  },
  {
    name: 'interpreter',
    type: 'local:Command',
    call: 'create',
    news: { create: 'a  b', interpreter: ['/bin/echo', '-n'] },
  },
  { name: 'input', type: 'local:Command', call: 'create', news: { create: 'cat', stdin: 'a\n\n' } },
  {
    name: 'environment',
    type: 'local:Command',
    call: 'create',
    news: { create: 'echo $WHO', environment: { WHO: 'a b' } },
  },
  { name: 'secret command', type: 'local:Command', call: 'create', news: { create: secret('echo a') } },
  {
    name: 'update command',
    type: 'local:Command',
    call: 'update',
    olds: ran,
    news: { create: 'exit 1', update: printOld },
  },
  { name: 'update by create', type: 'local:Command', call: 'update', olds: ran, news: { create: printOld } },
  { name: 'update with nothing', type: 'local:Command', call: 'update', olds: { create: 'x', ...ran }, news: {} },
  {
    name: 'update without outputs',
    type: 'local:Command',
    call: 'update',
    olds: ran,
    news: { create: printOld, addPreviousOutputInEnv: false },
  },
  { name: 'delete', type: 'local:Command', call: 'delete', news: { delete: `${printOld}; exit 1`, ...ran } },
  { name: 'delete with nothing', type: 'local:Command', call: 'delete', news: { create: 'exit 1', ...ran } },
  {
    name: 'files',
    type: 'local:Command',
    call: 'create',
    news: { create: 'true', dir: '<tree>', assetPaths: ['*.txt', 'sub/**', '!**secret*'] },
  },
  {
    name: 'archive',
    type: 'local:Command',
    call: 'create',
    news: { create: 'true', dir: '<tree>', archivePaths: ['**.txt', '!{a,b}.txt', '**/[!x]ecret?.txt'] },
  },
  { name: 'run', type: 'local:run', call: 'run', news: { command: 'echo a' } },
  { name: 'run that fails', type: 'local:run', call: 'run', news: { command: 'echo a; exit 4' } },
  { name: 'run without a command', type: 'local:run', call: 'run', news: {} },
  {
    name: 'check',
    type: 'local:Command',
    call: 'check',
    news: { create: 'x', triggers: [1, { a: 2 }], logging: 'none' },
  },
  { name: 'check of unknowns', type: 'local:Command', call: 'check', news: { create: unknown, environment: unknown } },
  { name: 'check of types', type: 'local:Command', call: 'check', news: { create: 1, interpreter: 'sh', more: true } },
];

const was = { create: 'a', triggers: [1], environment: { A: '1' } };
const differ = (name: string, news: Properties, olds: Properties = was): Request => ({
  name: `diff: ${name}`,
  type: 'local:Command',
  call: 'diff',
  olds,
  news,
});

export const diffs: readonly Request[] = [
  differ('nothing', was),
  differ('command', { ...was, create: 'b' }),
  differ('trigger', { ...was, triggers: [2] }),
  differ('trigger more', { ...was, triggers: [1, 2] }),
  differ('no triggers', { create: 'a', environment: { A: '1' } }),
  differ('unknown trigger', { ...was, triggers: unknown }),
  differ('environment', { ...was, environment: { A: '2' } }),
  differ('now secret', { ...was, create: secret('a') }),
  differ('no longer secret', was, { ...was, create: secret('a') }),
  differ('other secret', { ...was, create: secret('b') }, { ...was, create: secret('a') }),
  differ(
    'same content elsewhere',
    { triggers: [asset({ path: 'b' }, 'h')] },
    { triggers: [asset({ path: 'a' }, 'h')] },
  ),
  differ('other content', { triggers: [asset({ path: 'a' }, 'g')] }, { triggers: [asset({ path: 'a' }, 'h')] }),
];

const remote = (name: string, call: Request['call'], news: Properties, olds?: Properties): Request => ({
  name,
  type: 'remote:Command',
  call,
  news,
  ...(olds && { olds }),
});

export const commands: readonly Request[] = [
  remote('runs', 'create', { create: 'echo a; echo; echo b >&2' }),
  remote('input', 'create', { create: 'cat', stdin: 'a\n\n' }),
  remote('environment', 'create', { create: 'echo $WHO', environment: { WHO: 'a b' } }),
  { ...remote('refused environment', 'create', { create: 'echo $NO', environment: { NO: 'a' } }), wordsDiffer: true },
  remote('exit code', 'create', { create: 'echo a; exit 7' }),
  remote('signal', 'create', { create: 'kill -9 $$' }),
  remote('without a command', 'create', {}),
  remote('update', 'update', { update: printOld, create: 'exit 1' }, ran),
  remote('update by create', 'update', { create: printOld, addPreviousOutputInEnv: false }, ran),
  remote('delete', 'delete', { delete: `${printOld}; exit 9`, ...ran }),
  remote('check', 'check', { create: 'x' }),
  remote('check of unknowns', 'check', { create: unknown, environment: unknown }),
];

/** Connections alone, for `check`: defaults, and what is made secret. */
export const connections: readonly Properties[] = [
  { host: 'h' },
  { host: 'h', password: 'p', privateKey: 'k', privateKeyPassword: 'q', port: 2, user: 'u' },
  { host: unknown, password: unknown, privateKey: 'k' },
  { host: 'h', proxy: { host: 'p', password: 'x' } },
];

const copy = (name: string, source: Properties, remotePath = '<to>/new/deep/file'): Request => ({
  name: `copy: ${name}`,
  type: 'remote:CopyToRemote',
  call: 'create',
  news: { source, remotePath },
});
const sample = asset({ path: '<tree>/a.txt' });

export const copies: readonly Request[] = [
  copy('file to nowhere', sample),
  copy('file into a folder', sample, '<to>/folder'),
  copy('file over a file', sample, '<to>/old'),
  copy('text', asset({ text: 'text' })),
  copy('text over a file', asset({ text: 't' }), '<to>/old'),
  copy('text on a folder', asset({ text: 't' }), '<to>/folder'),
  copy('secret text', secret(asset({ text: 't' }))),
  copy('folder to nowhere', folder('<tree>'), '<to>/new'),
  copy('folder into a folder', folder('<tree>'), '<to>/folder'),
  copy('what a folder holds', folder('<tree>/'), '<to>/folder'),
  { ...copy('folder over a file', folder('<tree>'), '<to>/old'), wordsDiffer: true },
  copy('archive file', folder('<tree>/a.txt'), '<to>/a.tgz'),
  { ...copy('no such file', asset({ path: '<tree>/no' })), wordsDiffer: true },
  {
    ...copy('again, nothing new', sample, '<to>/old'),
    call: 'update',
    olds: { source: sample, remotePath: '<to>/old' },
  },
  {
    ...copy('again, other content', sample, '<to>/old'),
    call: 'update',
    olds: { source: asset({ path: 'x' }), remotePath: '<to>/old' },
  },
  { ...copy('again, elsewhere', sample, '<to>/new'), call: 'update', olds: { source: sample, remotePath: '<to>/old' } },
  { ...copy('delete', sample, '<to>/old'), call: 'delete' },
];
