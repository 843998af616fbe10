// Does not prove what a real site needs on another day: pages of this test, in the real browser.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs, toolPath } from '../../test/tools.ts';
import { exitCode } from './commands/whitelist-probe.ts';
import { isListed, loadPages } from './page-hosts.ts';

const pages: Readonly<Record<string, string>> = {
  'plain.example/': '<img src="/logo.png"><p>考场',
  'shop.example/exam/': '<script src="http://static.example:PORT/a.js"></script><img src="/outside.png"><p>考场',
  'static.example/a.js': 'fetch("http://api.example:PORT/v1")',
};
let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    const host = (request.headers.host ?? '').split(':')[0] ?? '';
    const body = pages[`${host}${request.url ?? ''}`];
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': request.url?.endsWith('.js') === true ? 'text/javascript' : 'text/html; charset=utf-8',
    });
    response.end((body ?? 'not here').replaceAll('PORT', String(port)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

needs('chromium').it(
  'names every host that a page loads from and the list lacks, also what a script asks for later, and a path outside the list',
  async () => {
    const http = ['plain.example', 'shop.example', 'gone.example'].map(
      (host) => `${host}:${port}${host === 'shop.example' ? '/exam/' : '/'}`,
    );
    const found = await loadPages(
      { http: [...http, `*.cdn.example:${port}/`], https: [], inspect: [], addresses: [] },
      { executable: toolPath('chromium'), args: ['--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE 127.0.0.1'] },
    );
    expect(found).toEqual([
      { url: `http://plain.example:${port}/`, missing: [], error: null },
      {
        url: `http://shop.example:${port}/exam/`,
        missing: ['api', 'shop', 'static'].map((name) => `http://${name}.example:${port}`),
        error: null,
      },
      { url: `http://gone.example:${port}/`, missing: [], error: 'HTTP 404' },
    ]);
    expect([found, found.slice(0, 1), found.slice(2)].map(exitCode)).toEqual([1, 0, 2]);
  },
  60_000,
);

it.each([
  ['http://a.example/exam/x?y', true],
  ['http://a.example/other', false],
  ['http://a.example:8080/exam/', false],
  ['https://a.test/exam/', false],
  ['https://b.example/anything', true],
  ['wss://b.example/socket', true],
  ['http://x.cdn.example/', true],
  ['http://cdn.example/', false],
  ['https://x.sso.example/login/1', true],
  ['https://x.sso.example/other', false],
])('%s is on the list: %s', (url, listed) => {
  const rules = {
    http: ['a.example:80/exam/', '*.cdn.example:80/'],
    https: ['b.example:443/only/', '*.example:443/'],
    inspect: ['*.sso.example:443/login'],
    addresses: [],
  };
  expect(isListed(rules, new URL(url))).toBe(listed);
});
