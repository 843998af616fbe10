/**
 * Microsoft's Unified Write Filter, through WMI (learn.microsoft.com, UWF_Filter): no password, and its own settings are not under its
 * overlay. Only the filter is switched; which volumes it protects stays as it was. The settings that Windows changes when the filter is
 * enabled for the first time are not touched here, because a PC that has UWF on has them already.
 */
import { CallError } from '../../../src/core/errors.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Actual } from '../schema.ts';
import { z } from 'zod';
import { refused, type Driver } from './driver.ts';

const filter = { namespace: 'root\\standardcimv2\\embedded', class: 'UWF_Filter' };
const row = z.object({ CurrentEnabled: z.boolean(), NextEnabled: z.boolean() });

/** @returns null: the feature is not installed, its namespace is missing. */
export async function detectUwf(host: Host): Promise<Actual['uwf']> {
  try {
    const { rows } = await host.call('cim.query', { ...filter, properties: Object.keys(row.shape) });
    const [first] = z.array(row).parse(rows);
    return first === undefined ? null : { currentEnabled: first.CurrentEnabled, nextEnabled: first.NextEnabled };
  } catch (error) {
    if (error instanceof CallError && error.code === 'not-found') return null;
    throw error;
  }
}

export const uwfDriver: Driver = {
  open: (host) => invoke(host, 'Disable'),
  close: (host) => invoke(host, 'Enable'),
};

async function invoke(host: Host, method: 'Enable' | 'Disable'): Promise<void> {
  const { returnValues } = await host.call('cim.invoke', { ...filter, method });
  if (returnValues.length > 0 && returnValues.every((value) => value === 0)) return;
  const got = returnValues.length === 0 ? 'no instance' : returnValues.join(', ');
  throw refused(host, {
    zh: `UWF_Filter.${method} 应返回 0，实为 ${got}；请以管理员身份运行 uwfmgr get-config 查看`,
    en: `expected UWF_Filter.${method} to return 0, got ${got}; look at uwfmgr get-config as an administrator`,
  });
}
