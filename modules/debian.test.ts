// Does not prove dpkg: test/linux.test.ts asks a real one. What it prints was copied from Debian 12.
import { expect, it } from 'vitest';
import { packageFindings, readPackages, wrongPackages } from './debian.ts';
import { ScriptedHost } from './scripted-host.ts';

const wanted = { chromium: '126.0-1', 'mariadb-server': '1:10.11-1', 'redis-server': '5:7.0-1' };
const run = (args: readonly string[], stdout: string) => ({
  call: 'process.run',
  args: { args: [...args] },
  ok: { exitCode: 1, stdout, stderr: '' },
});

it('only what is wholly there counts, and settings that somebody has changed are no damage', async () => {
  const host = new ScriptedHost(
    [
      run(['--verify', 'chromium'], '??5??????   /usr/bin/chromium\nmissing     /usr/lib/chromium/icudtl.dat\n'),
      run(['--verify', 'mariadb-server'], '??5?????? c /etc/mysql/mariadb.cnf\n'),
      run(['--verify', 'redis-server'], ''),
      {
        call: 'process.run',
        args: { exe: 'dpkg-query' },
        ok: {
          exitCode: 1,
          stdout:
            'chromium:amd64 installed 126.0-1\nmariadb-server installed 1:10.11-1\nredis-server config-files 5:7.0-1\n',
          stderr: '',
        },
      },
    ],
    {},
  );
  const { value } = await readPackages(host, wanted);
  expect(value).toEqual({
    chromium: { version: '126.0-1', damaged: ['/usr/bin/chromium', '/usr/lib/chromium/icudtl.dat'] },
    'mariadb-server': { version: '1:10.11-1', damaged: [] },
    'redis-server': { version: null, damaged: [] },
  });
  expect(wrongPackages(wanted, value ?? {})).toEqual(['chromium', 'redis-server']);
  const verdicts = packageFindings('L2.chrome', wanted, { value: value ?? {} }).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(['drifted', 'ok', 'drifted']);
});
