/** A Pulumi plugin that says yes to everything and does nothing: what an `up` costs with it is what the engine costs. */
import * as provider from '@pulumi/pulumi/provider/index.js';
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  Provider,
  ReadResult,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js';
import { endWithEngine } from '../../../src/provider/lifetime.ts';

type Properties = Record<string, unknown>;

class Inert implements Provider {
  readonly version = '0.0.0';
  check = (_urn: string, _olds: Properties, news: Properties): Promise<CheckResult> =>
    Promise.resolve({ inputs: news, failures: [] });
  diff = (): Promise<DiffResult> => Promise.resolve({ changes: false });
  create = (urn: string, inputs: Properties): Promise<CreateResult> => Promise.resolve({ id: urn, outs: inputs });
  read = (id: string, _urn: string, props: Properties): Promise<ReadResult> =>
    Promise.resolve({ id, props, inputs: props });
  update = (_id: string, _urn: string, _olds: Properties, news: Properties): Promise<UpdateResult> =>
    Promise.resolve({ outs: news });
  delete = (): Promise<void> => Promise.resolve();
}

endWithEngine(() => Promise.resolve());
await provider.main(new Inert(), process.argv.slice(2));
