/** What every implementation of `Host` does, whatever machine is behind it. Called by a test file per implementation. */
import { afterAll, beforeAll } from 'vitest';
import { channel } from './channel.ts';
import { files } from './files.ts';
import { jobs } from './jobs.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import { describe } from './subject.ts';
import type { Capabilities, Subject } from './subject.ts';
import { linuxOnly, system, windowsOnly } from './system.ts';

const shared = [channel, files, processes, network, jobs, system];

/** @param make one machine for all tests of the suite: they keep to the scratch folder and to names of their own. @param makeMs how long making it may take */
export function hostContract(
  name: string,
  platform: Subject['platform'],
  make: () => Promise<Subject>,
  capabilities: Capabilities,
  makeMs = 20_000,
): void {
  describe(`${name} keeps the contract of a host`, () => {
    let subject: Subject | undefined;
    beforeAll(async () => {
      subject = await make();
    }, makeMs);
    afterAll(() => subject?.cleanup(), makeMs);
    const get = (): Subject => {
      if (subject === undefined) throw new Error(`${name} was not made`);
      return subject;
    };
    for (const family of [...shared, platform === 'windows' ? windowsOnly : linuxOnly]) family(get, capabilities);
  });
}
