// Compares with the official plugin on Linux; how either behaves on Windows is not seen. Error texts are compared where they are meant to be equal.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool, toolPath } from '../../test/tools.ts';
import { isRecord } from '../core/canonical.ts';
import { checkFields } from './check.ts';
import { resources, schema } from './schema.ts';
import { startMachine, type Machine } from './testing/machine.ts';
import { findOracle } from './testing/oracle.ts';
import { ownPlugin, Plugin, type Answer } from './testing/plugin.ts';
import { commands, connections, copies, diffs, local, type Request } from './testing/requests.ts';
import { isArchive, type Properties } from './wire.ts';

const oracle = findOracle();
const lacking = oracle === undefined ? 'the official plugin is not here: set EXAMSITE_ORACLE' : undefined;
const noSshd = findTool('sshd') === undefined ? 'sshd is missing' : undefined;
const why = lacking ?? noSshd;
const suite = why === undefined ? describe : describe.skip;

suite(`as the official plugin${why === undefined ? '' : ` (${why})`}`, () => {
  let root: string;
  let machine: Machine;
  let theirs: Plugin;
  let ours: Plugin;
  beforeAll(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'examsite-command-'));
    plantTree(path.join(root, 'tree'));
    const env = { PATH: process.env['PATH'], HOME: root, EXAMSITE_HOME: path.join(root, 'home') };
    [machine, theirs, ours] = await Promise.all([
      startMachine(root, toolPath('sshd')),
      Plugin.start(oracle?.program ?? '', env),
      Plugin.start(ownPlugin, env),
    ]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([theirs.stop(), ours.stop()]);
    await machine.sshd.stop();
    for (const folder of [root, oracle?.folder]) if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it('has the same schema, but for the descriptions', async () => {
    const { types, resources: kinds, functions } = withoutWords(schema) as Properties;
    expect(withoutWords(await theirs.schema())).toMatchObject({ types, resources: kinds, functions, name: 'command' });
    const names = (value: unknown): string[] => Object.keys(value as object).sort();
    const official = await theirs.schema();
    for (const section of ['types', 'resources', 'functions'] as const)
      expect(names(schema[section])).toEqual(names(official[section]));
  });

  it.each([...local, ...diffs])('$type $call $name', async (request) => {
    await compare(request);
  });

  it.each(commands)('$type $call $name', async ({ news, olds, ...rest }) => {
    const { connection } = machine;
    await compare({
      ...rest,
      news: { ...news, ...complete(connection) },
      ...(olds && { olds: { ...olds, ...complete(connection) } }),
    });
  });

  it.each(connections)('check of the connection %j', async (connection) => {
    await compare({ name: '', type: 'remote:Command', call: 'check', news: { create: 'x', connection } });
  });

  it.each(copies)('$call $name', async ({ news, olds, ...rest }) => {
    const connection = complete(machine.connection);
    await compare({ ...rest, news: { ...news, ...connection }, ...(olds && { olds: { ...olds, ...connection } }) });
  });

  it('shows the same lines while it works', () => {
    const shown = ({ logged }: Plugin): string[] =>
      logged.filter((line) => /^(a|b|a b|\[OLD\] \[OLDER\]|)$/.test(line)).sort();
    expect(shown(ours)).toEqual(shown(theirs));
    expect(shown(ours)).toContain('[OLD] [OLDER]');
  });

  /** Sends both the same request, each with a folder of its own for what it copies. */
  async function compare(request: Request): Promise<void> {
    const [official, own] = [await ask(theirs, request), await ask(ours, request)];
    if (request.wordsDiffer === true) {
      expect([official.answer.error, own.answer.error]).toEqual([expect.any(String), expect.any(String)]);
      expect(own.answer.error).not.toMatch(/\n\s+at /);
    } else expect(own).toEqual(official);
  }

  async function ask(
    plugin: Plugin,
    { type, call, news, olds = {} }: Request,
  ): Promise<{ answer: Answer; files: Properties }> {
    const to = path.join(root, 'to');
    plantTarget(to);
    const [filledNews, filledOlds] = [news, olds].map((value) =>
      fill(value, { '<to>': to, '<tree>': path.join(root, 'tree') }),
    );
    const answer = await send(plugin, type, call, filledOlds ?? {}, filledNews ?? {});
    return { answer: comparable(answer), files: listing(to) };
  }
});

function send(
  plugin: Plugin,
  type: string,
  call: Request['call'],
  olds: Properties,
  news: Properties,
): Promise<Answer> {
  if (call === 'run') return plugin.run(news);
  if (call === 'diff' || call === 'update') return plugin[call](type, olds, news);
  return plugin[call](type, news);
}

/** As `check` hands it on: both plugins take its defaults for granted later. */
function complete(connection: Properties): Properties {
  const { inputProperties } = resources['command:remote:Command'] ?? { inputProperties: {} };
  return checkFields({ connection: { ...connection, dialErrorLimit: 1 } }, inputProperties, []).value;
}

/** Ids are random; the place of a fault is named in either plugin's own way; a path archive may say that it has no assets. */
function comparable({ id, failures, props, ...rest }: Answer): Answer {
  return {
    ...rest,
    ...(id === undefined ? {} : { id: id.replace(/[0-9a-f]{8}$/, '<unique>') }),
    ...(failures === undefined
      ? {}
      : { failures: [...new Set(failures.map((at) => at.split(/[.[]/)[0] ?? ''))].sort() }),
    ...(props === undefined ? {} : { props: normal(props) as Properties }),
  };
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (!isRecord(value)) return value;
  const { assets, hash, ...archive } = value;
  if (!isArchive(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normal(inner)]));
  // The hash of an archive made of files is Go's own tar, byte for byte; what is in it says the same.
  return { ...archive, assets: assets ?? {}, ...(value['path'] === '' ? {} : { hash }) };
}

const withoutWords = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      ['description', 'language'].includes(key) && typeof inner !== 'object' ? undefined : inner,
    ),
  );

function fill(value: Properties, places: Readonly<Record<string, string>>): Properties {
  const text = Object.entries(places).reduce(
    (all, [mark, place]) => all.replaceAll(mark, place),
    JSON.stringify(value),
  );
  return JSON.parse(text) as Properties;
}

function plantTree(tree: string): void {
  mkdirSync(path.join(tree, 'sub', 'deep'), { recursive: true });
  mkdirSync(path.join(tree, 'empty'));
  for (const name of ['a.txt', 'b.txt', 'sub/secret.txt', 'sub/deep/c.txt']) writeFileSync(path.join(tree, name), name);
  writeFileSync(path.join(tree, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  symlinkSync('a.txt', path.join(tree, 'link'));
}

function plantTarget(to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(path.join(to, 'folder'), { recursive: true });
  writeFileSync(path.join(to, 'old'), 'something longer');
  chmodSync(path.join(to, 'old'), 0o600);
}

function listing(folder: string): Properties {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const found = statSync(path.join(folder, name));
      const content = found.isDirectory() ? 'folder' : readFileSync(path.join(folder, name), 'utf8');
      return [name, [(found.mode & 0o777).toString(8), content]];
    }),
  );
}
