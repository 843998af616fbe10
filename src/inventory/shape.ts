/** Form faults: what the schema refuses, said in the words of the inventory rather than the parser's. */
import { z } from 'zod';
import { show } from './fault.ts';
import type { Fault, Path } from './fault.ts';
import { forms } from './forms.ts';
import type { Form } from './forms.ts';
import { nearest } from './nearest.ts';

/** Faults of one value against its schema; an empty list when it parses. */
export function shapeFaults(schema: z.ZodType, value: unknown): Fault[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, path, key));
    const got = valueAt(value, path);
    const code = got === undefined || got === null ? 'INV006' : 'INV007';
    // Whoever wrote the password itself here has made one mistake; printing it would be the second.
    const shown = path.includes('password') && got !== undefined ? '***' : show(got);
    return [{ path, code, got: shown, ...formOf(path, issue.message) }] satisfies Fault[];
  });
}

/** The words for the last key of a path; an element of a list goes by the name of its list. */
function formOf(path: Path, message: string): Form {
  const key = path.findLast((part) => typeof part === 'string') ?? '';
  return (
    forms[key] ?? {
      expected: { zh: `符合格式的值（${message}）`, en: `a value of the right form (${message})` },
      fix: { zh: '改这个值', en: 'correct this value' },
    }
  );
}

/** An unknown key is most often a slip of the pen: offer the key that was meant. */
function unknownKey(schema: z.ZodType, path: Path, key: string): Fault {
  const known = knownKeys(schema, path);
  const near = nearest(key, known);
  return {
    path: [...path, key],
    code: 'INV005',
    expected: { zh: `${known.join('、')} 之一`, en: `one of the keys ${known.join(', ')}` },
    got: key,
    fix: near
      ? { zh: `改为 ${near}`, en: `write ${near}` }
      : { zh: '删去，或写成注释（#）', en: 'remove it, or make it a comment (#)' },
  };
}

/** The keys that may stand at a path. JSON Schema is asked, because it has no defaults and optionals to look through. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  const root: unknown = z.toJSONSchema(schema, { io: 'input' });
  const steps = path.flatMap((part) => (typeof part === 'number' ? ['items'] : ['properties', part]));
  const keys = valueAt(root, [...steps, 'properties']);
  return typeof keys === 'object' && keys !== null ? Object.keys(keys) : [];
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}
