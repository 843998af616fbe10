/** The program of every stack: `site` is what serves all rooms, `room-301` is one room. */
import * as pulumi from '@pulumi/pulumi';

const program: Record<string, unknown> =
  pulumi.getStack() === 'site' ? await import('./site.ts') : await import('./room.ts');

export const outputs = { ...program };
