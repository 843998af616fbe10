/** Every tool there is a description of, by product. */
import { anaconda } from './anaconda.ts';
import { navicat } from './navicat.ts';
import { pycharm } from './pycharm.ts';
import type { Tool } from './tool.ts';
import { zip360 } from './unpackers.ts';
import { vcRedist } from './vc-redist.ts';

const all: readonly Tool[] = [vcRedist, pycharm, zip360, navicat, anaconda];

const byProduct: ReadonlyMap<string, Tool> = new Map(all.map((tool) => [tool.product, tool]));

/** @throws for a product that nobody has described: the handbook's data and this folder do not fit together */
export function toolOf(product: string): Tool {
  const tool = byProduct.get(product);
  if (tool === undefined) throw new Error(`modules/desktop-tools/tools has no description of ${product}`);
  return tool;
}
