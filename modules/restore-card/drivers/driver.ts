/** What a card that has a command line can be told. Both act with the next restart, and asking twice is asking once. */
import { ConvergeError } from '../../../src/core/errors.ts';
import type { Text } from '../../../src/core/finding.ts';
import type { Host } from '../../../src/core/host.ts';
import type { Desired } from '../schema.ts';

export interface Driver {
  /** Off from the next restart on. @throws ConvergeError when the card refuses; then nothing has changed. */
  open(host: Host, desired: Desired): Promise<void>;
  /** On from the next restart on. */
  close(host: Host, desired: Desired): Promise<void>;
}

/** The card said no. */
export function refused(host: Host, sentence: Text): ConvergeError {
  const finding = {
    requirement: 'P7',
    property: 'enabled',
    expected: false,
    actual: true,
    verdict: 'failed',
    sentence,
  } as const;
  return new ConvergeError(host.name, 'restore-card', [finding]);
}
