/** A Pulumi plugin that does nothing, and says that it went well: what is left of an `up` is the engine's own. */
import * as provider from '@pulumi/pulumi/provider/index.js';
import type { CreateResult, DiffResult, ReadResult } from '@pulumi/pulumi/provider/index.js';

type Inputs = Record<string, unknown>;
let made = 0;

await provider.main(
  {
    version: '1.0.0',
    check: (_urn: string, _olds: Inputs, inputs: Inputs) => Promise.resolve({ inputs, failures: [] }),
    diff: (): Promise<DiffResult> => Promise.resolve({ changes: false }),
    create: (_urn: string, inputs: Inputs): Promise<CreateResult> =>
      Promise.resolve({ id: `null-${++made}`, outs: inputs }),
    read: (id: string, _urn: string, props: Inputs): Promise<ReadResult> =>
      Promise.resolve({ id, props, inputs: props }),
    delete: () => Promise.resolve(),
  },
  process.argv.slice(2),
);
