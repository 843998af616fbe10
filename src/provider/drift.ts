/**
 * How what was found on a machine becomes what Pulumi can show as a diff. The engine compares the inputs that `read` returns with those of
 * the program, so `read` returns the inputs that the machine *as found* would satisfy: the desired ones, with every property that is not as
 * it should be replaced by the actual value.
 */
import { canonical, isRecord } from '../core/canonical.ts';
import { isOk, type Finding, type Json } from '../core/finding.ts';

export type Properties = Record<string, unknown>;

/**
 * @returns the inputs as found. A finding about something that is not an input (a driver session that fails) goes into `drift`, by
 * property, so that it still shows in a diff and leads to an update. A finding that is `unknown` is not drift: nobody looked.
 */
export function asFound(desired: Properties, findings: readonly Finding[]): Properties {
  const found = structuredClone(desired);
  const drift: Record<string, string> = {};
  for (const finding of findings) {
    if (isOk(finding) || finding.verdict === 'unknown') continue;
    if (!replace(found, finding.property.split('.'), finding.actual)) drift[finding.property] = finding.sentence.en;
  }
  return Object.keys(drift).length === 0 ? found : { ...found, drift };
}

/** @returns false where the desired state has no such property, or already says what was found. */
function replace(target: Properties, path: readonly string[], actual: Json): boolean {
  const [head, ...rest] = path;
  if (head === undefined || !Object.hasOwn(target, head)) return false;
  const value = target[head];
  if (rest.length > 0) return isRecord(value) && replace(value, rest, actual);
  if (isRecord(value) || canonical(value) === canonical(actual)) return false;
  target[head] = actual;
  return true;
}
