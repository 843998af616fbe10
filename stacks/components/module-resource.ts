import * as pulumi from '@pulumi/pulumi';
import type { AnyModule } from '../../src/core/module.ts';

/** One module on one PC: `r301-s07-static-ip`. The plugin `examsite` (src/provider) does the work. */
export class ModuleResource extends pulumi.CustomResource {
  constructor(module: AnyModule, host: string, desired: object, opts: pulumi.CustomResourceOptions) {
    super(module.token, `${host}-${module.name}`, { host, ...desired }, opts);
  }
}
