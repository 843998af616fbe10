/** A Zod schema as rows of a table. The way leads over JSON Schema: that is what a schema says to the outside, `.meta` included. */
import { z } from 'zod';

export interface Property {
  /** `display.width`, `services[].name`, `packages.<key>` */
  readonly path: string;
  readonly type: string;
  readonly unit: string | undefined;
  /** As JSON; undefined: must be given. */
  readonly default: string | undefined;
  readonly optional: boolean;
  readonly description: string | undefined;
}

/** The part of JSON Schema that Zod writes. */
interface Node {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
}

/** What Zod writes has more keys than these; only these are looked at. */
export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Node =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Node;

/** Every property, those of nested objects after their own, in the order of the schema. */
export function properties(schema: z.ZodType, io: 'input' | 'output'): Property[] {
  return below('', jsonSchema(schema, io));
}

function below(prefix: string, node: Node): Property[] {
  const required = new Set(node.required);
  const own = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [row(path, child, !required.has(name)), ...inside(path, child)];
  });
  const { additionalProperties: values } = node;
  // A list of its own only where there is more to say of the values than their type.
  return typeof values === 'object' && prefix !== '' ? [...own, ...inside(`${prefix}.<key>`, values)] : own;
}

function inside(path: string, node: Node): Property[] {
  const alternatives = variants(node).flatMap((one) => (one === node ? [] : inside(path, one)));
  const items = node.items ? inside(`${path}[]`, node.items) : [];
  return [...below(path, node), ...items, ...alternatives];
}

const variants = (node: Node): readonly Node[] => node.anyOf ?? node.oneOf ?? [];

function row(path: string, node: Node, optional: boolean): Property {
  const said = node.default === undefined ? undefined : JSON.stringify(node.default);
  return {
    path,
    type: typeOf(node),
    unit: find(node, ({ unit }) => unit),
    default: said,
    optional,
    description: find(node, ({ description }) => description),
  };
}

/** What a wrapper does not say, that which it wraps may. */
function find<T>(node: Node, of: (node: Node) => T | undefined): T | undefined {
  const within = [...variants(node), ...(node.items ? [node.items] : [])];
  return of(node) ?? within.map((one) => find(one, of)).find((value) => value !== undefined);
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(' \\| ');
  if (variants(node).length > 0) return [...new Set(variants(node).map(typeOf))].join(' \\| ');
  if (node.type === 'array') return `list of ${node.items ? typeOf(node.items) : 'anything'}`;
  if (node.type === 'object' && typeof node.additionalProperties === 'object') {
    return `map to ${typeOf(node.additionalProperties)}`;
  }
  return [node.type ?? 'anything'].flat().join(' \\| ');
}
