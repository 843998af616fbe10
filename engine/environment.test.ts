// Does not prove that Pulumi heeds these variables: the rooms built in other tests do.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { environment } from './environment.mjs';

const found = { node: '/cache/node/bin/node', engine: { folder: '/cache/pulumi' } };

describe('environment', () => {
  it('puts engine and Node first on PATH, once', () => {
    const once = environment(found, { PATH: ['/usr/bin', '/cache/pulumi'].join(path.delimiter) });
    const twice = environment(found, once);
    expect(once['PATH']?.split(path.delimiter)).toEqual(['/cache/pulumi', '/cache/node/bin', '/usr/bin']);
    expect(twice['PATH']).toBe(once['PATH']);
  });

  it('keeps the name that Windows gives to PATH', () => {
    const { Path, PATH } = environment(found, { Path: '/windows' });
    expect(Path).toContain('/windows');
    expect(PATH).toBeUndefined();
  });

  it('lets the engine download nothing and keeps it apart, unless the user has a place for it', () => {
    const own = environment(found, { EXAMSITE_CACHE: '/cache' });
    expect(own['PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION']).toBe('true');
    expect(own['PULUMI_HOME']).toBe(path.resolve('/cache/pulumi-home'));
    expect(environment(found, { PULUMI_HOME: '/home/me/.pulumi' })['PULUMI_HOME']).toBe('/home/me/.pulumi');
  });
});
