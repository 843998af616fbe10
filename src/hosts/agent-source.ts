/** The agents' sources as they are sent: read once, for they are the same for every machine of a platform. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { AgentPlatform } from './channel.ts';

const read = (platform: AgentPlatform): Buffer => {
  const folder = path.join(import.meta.dirname, platform, 'agent');
  return Buffer.concat(
    readdirSync(folder)
      .sort()
      .map((file) => readFileSync(path.join(folder, file))),
  );
};
const sources = new Map<AgentPlatform, Buffer>();

export function agentSource(platform: AgentPlatform): Buffer {
  const source = sources.get(platform) ?? read(platform);
  sources.set(platform, source);
  return source;
}
