/** The agents' sources as they are sent: read once, for they are the same for every machine of a platform. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Platform } from './channel.ts';

const read = (platform: Platform): Buffer => {
  const folder = path.join(import.meta.dirname, platform, 'agent');
  return Buffer.concat(
    readdirSync(folder)
      .sort()
      .map((file) => readFileSync(path.join(folder, file))),
  );
};
const sources = new Map<Platform, Buffer>();

export function agentSource(platform: Platform): Buffer {
  const source = sources.get(platform) ?? read(platform);
  sources.set(platform, source);
  return source;
}
