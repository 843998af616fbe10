/** How an agent gets to a machine and how it is spoken to. One value per platform that has one; nothing in it depends on what is asked. */
import { createHash } from 'node:crypto';
import { windowsChannel } from './windows/channel.ts';
import { linuxChannel } from './linux/channel.ts';
import type { AgentPlatform } from '../core/primitives.ts';

export type { AgentPlatform, Platform } from '../core/primitives.ts';

export interface Channel {
  /** What sshd is asked to execute: a constant, so no value ever reaches a shell's quoting rules. */
  readonly command: string;
  /** Lines that bring the agent's source and start it; the agent answers with its hello. Ends with a newline. */
  opening(source: Buffer): string;
  /** One line that carries one request. `json` is ASCII without newlines (`toAscii`). Ends with a newline. */
  request(json: string): string;
}

const channels: Readonly<Record<AgentPlatform, Channel>> = { windows: windowsChannel, linux: linuxChannel };
export const channelOf = (platform: AgentPlatform): Channel => channels[platform];

/** What the hello must say, or the source did not arrive as it was sent. */
export const agentHash = (source: Buffer): string => createHash('sha256').update(source).digest('hex');
