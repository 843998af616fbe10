import type { Hello } from '../../core/primitives.ts';
import type { Pc } from './pc.ts';

/** First line of a channel, as this machine would say it. @param agent SHA-256 of the source that arrived */
export function helloOf(pc: Pc, agent: string, pid = 4242): Hello {
  return {
    protocol: 1,
    agent,
    platform: 'windows',
    osVersion: pc.os.version,
    bootTime: pc.bootTime.toISOString().replace(/\.\d+Z$/, 'Z'),
    machineId: pc.machineId,
    pid,
  };
}
