/** Why RouterOS passes over an item that is on: exports and `print` say so above it. */
import type { Configuration, Entry } from '../configuration.ts';

export function complaint(configuration: Configuration, path: string, entry: Entry): string | undefined {
  if (!path.includes(' firewall ') || entry.disabled) return undefined;
  for (const key of ['in-interface', 'out-interface']) {
    const name = (entry.values[key] ?? '').replace('!', '');
    const port = configuration
      .items('/interface bridge port')
      .find(({ values, disabled }) => values['interface'] === name && !disabled);
    if (port !== undefined)
      return `in/out-interface matcher not possible when interface (${name}) is slave - use master instead (${port.values['bridge'] ?? ''})`;
  }
  return undefined;
}
