/** The versions that set-up asks for, and how versions compare. */

/** The oldest Node that runs the clone's TypeScript without a flag: type stripping is on by default from here. */
export const minNode = '22.18.0';
/** What is fetched where the machine's Node is older. */
export const newNode = '24.21.0';
/** The oldest engine that works with the `@pulumi/pulumi` in package.json, and the one that is built where there is none. */
export const pulumiVersion = '3.259.0';

/**
 * The first version in a program's output: `v24.1.0`, `go version go1.26.8 linux/amd64`, `3.259.0-dev.0`.
 * @param {string} text
 * @returns {string | undefined} `1.26.8`; a missing patch level is 0; what follows it is dropped
 */
export function findVersion(text) {
  const match = /(?:^|[^\d.])(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? `${match[1]}.${match[2]}.${match[3] ?? 0}` : undefined;
}

/**
 * @param {string} version as `findVersion` gives it
 * @param {string} least
 */
export function isAtLeast(version, least) {
  const [own = [], wanted = []] = [version, least].map((text) => text.split('.').map(Number));
  const differs = wanted.findIndex((part, i) => part !== own[i]);
  return differs < 0 || (own[differs] ?? 0) > (wanted[differs] ?? 0);
}
