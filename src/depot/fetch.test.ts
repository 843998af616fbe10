// Does not prove that PyPI answers: pip is real, and so are its choice of wheels and its check of hashes; the index is one of this test.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { needs } from '../../test/tools.ts';
import { UserError } from '../core/errors.ts';
import { simulatedDepot } from '../lab/packages/build.ts';
import { fetchWheels } from './fetch.ts';
import type { DepotLock } from './lock.ts';
import { verifyDepot } from './verify.ts';

const minute = 60_000;
const depot = simulatedDepot({ wheels: { L1: { lxml: '4.6.3', requests: '2.26.0' }, L2: { lxml: '4.6.3' } } });
const lxml = depot.lock.artifacts.find(({ name }) => name === 'lxml')?.file ?? '';

/** A simple index (PEP 503) over these files. */
class Index {
  readonly files = new Map(depot.files);
  readonly asked: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    const name =
      decodeURIComponent(request.url ?? '')
        .split('/')
        .filter((part) => part !== '')
        .at(-1) ?? '';
    const file = this.files.get(name);
    if (file !== undefined) {
      this.asked.push(name);
      response.end(file);
      return;
    }
    const links = [...this.files.keys()].filter((one) => one.toLowerCase().startsWith(`${name}-`));
    response.writeHead(links.length > 0 ? 200 : 404, { 'content-type': 'text/html' });
    response.end(links.map((one) => `<a href="/files/${one}">${one}</a>`).join('\n'));
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/simple`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

let dir: string;
let index: Index;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'examsite-fetch-'));
  index = new Index();
  vi.stubEnv('PIP_INDEX_URL', await index.open());
  vi.stubEnv('PIP_CONFIG_FILE', path.join(dir, 'none'));
  vi.stubEnv('PIP_FIND_LINKS', '');
  vi.stubEnv('PIP_NO_CACHE_DIR', '1');
  vi.stubEnv('PIP_RETRIES', '0');
});
afterEach(async () => {
  index.close();
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const fetchIt = (lock: DepotLock, said: string[] = []) =>
  fetchWheels(dir, lock, (set, { files }) => said.push(`${set} ${files}`));

describe('wheels for another platform than this machine', { timeout: minute }, () => {
  const pip = needs('python3');

  pip.it('come from the index, each once, and are what the lock says', async () => {
    const said: string[] = [];
    const { files, bytes } = await fetchIt(depot.lock, said);
    expect(said).toEqual(['L1 2']);
    expect(files).toBe(2);
    expect(bytes).toBe(depot.lock.artifacts.reduce((sum, { size }) => sum + size, 0));
    expect(await verifyDepot(dir, depot.lock)).toEqual([]);
    expect((await readdir(dir)).sort()).toEqual([...depot.files.keys()].sort());
  });

  pip.it('that are there are not asked for again; a damaged one is', async () => {
    await fetchIt(depot.lock);
    index.asked.length = 0;
    expect(await fetchIt(depot.lock)).toEqual({ files: 0, bytes: 0 });
    await writeFile(path.join(dir, lxml), 'damaged');
    expect((await fetchIt(depot.lock)).files).toBe(1);
    expect(index.asked).toEqual([lxml]);
    expect(await verifyDepot(dir, depot.lock)).toEqual([]);
  });

  pip.it('with one byte changed on the way stay out, and so does the rest of their set', async () => {
    const hurt = Buffer.from(depot.files.get(lxml) ?? '');
    hurt[hurt.length >> 1] = (hurt[hurt.length >> 1] ?? 0) ^ 1;
    index.files.set(lxml, hurt);
    const error = await fetchIt(depot.lock).catch((thrown: unknown) => thrown);
    if (!(error instanceof UserError)) throw new Error('not refused', { cause: error });
    const [problem] = error.problems;
    expect(problem).toMatchObject({ code: 'DEP011', where: 'inventories/depot.lock.yaml wheels.L1' });
    expect(problem?.got).toContain('DO NOT MATCH THE HASHES');
    expect(problem?.got).toContain(depot.lock.artifacts.find(({ file }) => file === lxml)?.sha256);
    expect(problem?.got).toContain(createHash('sha256').update(hurt).digest('hex'));
    expect(await readdir(dir)).toEqual([]);
  });

  pip.it('are of Linux for a set of Linux, although the index has those of Windows too', async () => {
    const windows = depot.lock.artifacts.filter(({ file }) => file === lxml);
    const file = lxml.replace(/-[^-]+\.whl$/, '-manylinux_2_17_x86_64.manylinux2014_x86_64.whl');
    const content = Buffer.concat([depot.files.get(lxml) ?? Buffer.alloc(0), Buffer.from('linux')]);
    index.files.set(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const linux = windows.map((one) => ({ ...one, file, sha256, size: content.length }));
    const lock = { artifacts: [...windows, ...linux], wheels: { L1: [lxml], 'L1-linux': [file] } };
    const said: string[] = [];
    expect((await fetchIt(lock, said)).files).toBe(2);
    expect(said).toEqual(['L1 1', 'L1-linux 1']);
    expect((await readdir(dir)).sort()).toEqual([lxml, file].sort());
    expect(await verifyDepot(dir, lock)).toEqual([]);
  });

  pip.it('that the index does not have are an error with pip’s own words', async () => {
    index.files.delete(lxml);
    const error = await fetchIt(depot.lock).catch((thrown: unknown) => thrown);
    expect(error instanceof UserError && error.problems[0]?.got).toMatch(/No matching distribution found for lxml/);
    expect(await readdir(dir)).toEqual([]);
  });
});
