/** The official plugin, where somebody has put it: never downloaded, and nothing depends on it. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../core/home.ts';
import { packageVersion } from '../schema.ts';

const name = 'pulumi-resource-command';
const archives = path.join(packageRoot, '..', 'shared', 'oracle', `${name}-v${packageVersion}-linux-amd64.tar.gz`);

/** @returns the program, and the folder to be removed afterwards; undefined where it is not to be had. */
export function findOracle(): { program: string; folder?: string } | undefined {
  const given = process.env['EXAMSITE_ORACLE'];
  const [found] = given === undefined ? globSync(archives) : [given];
  if (found === undefined || !existsSync(found) || process.platform !== 'linux' || process.arch !== 'x64')
    return undefined;
  if (!found.endsWith('.gz')) return { program: found };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'examsite-oracle-'));
  execFileSync('tar', ['-xzf', found, '-C', folder], { stdio: 'ignore' });
  return { program: path.join(folder, name), folder };
}
