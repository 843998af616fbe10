/** The contender: `node examsite-check.ts <checks as JSON> <host …>`. What `examsite check` does, with these looks in place of the modules' ones. */
import { home } from '../src/core/home.ts';
import type { Host } from '../src/core/host.ts';
import { HostPool } from '../src/hosts/pool.ts';
import type { Answers, Check } from './checks.ts';

const [json = '[]', ...names] = process.argv.slice(2);
const all = JSON.parse(json) as Check[];

async function look(host: Host, { kind, subject }: Check): Promise<string> {
  if (kind === 'sha256') return (await host.call('file.stat', { path: subject, sha256: true })).sha256 ?? '';
  if (kind === 'content') return (await host.call('file.read', { path: subject })).base64;
  const { files } = await host.call('path.find', { name: subject });
  return files[0]?.path ?? '';
}

const pool = new HostPool({ home: home() });
const answers: Answers = Object.fromEntries(
  await Promise.all(
    names.map(async (name) => {
      const host = pool.host(name);
      const found = await Promise.all(all.map(async (check) => [check.id, await look(host, check)] as const));
      return [name, Object.fromEntries(found)] as const;
    }),
  ),
);
await pool.close();
process.stdout.write(JSON.stringify(answers));
