import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import type { AnyModule } from '../../src/core/module.ts';

const properties = z.record(z.string(), z.unknown());

/** One module on one PC: `r301-s07-static-ip`. The plugin `examsite` (src/provider) does the work. */
export class ModuleResource extends pulumi.CustomResource {
  constructor(module: AnyModule, host: string, desired: unknown, opts: pulumi.CustomResourceOptions) {
    super(module.token, `${host}-${module.name}`, { host, ...properties.parse(desired) }, opts);
  }
}
