/** A vitest reporter that leaves the run's figures in the file `$EXAMSITE_TEST_RESULT`; `engine/test.mjs` prints them when all is over. */
import fs from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number, skippedNames: string[] }} Result */

export default class TestResult {
  /**
   * What fails outside a test (a file that cannot be loaded, a hook, a promise that nobody awaits) is a failure of its own.
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    /** @type {Result} */
    const result = { passed: 0, failed: unhandled.length, skipped: 0, skippedNames: [] };
    for (const module of modules) {
      for (const suite of [module, ...module.children.allSuites()]) result.failed += suite.errors().length;
      for (const test of module.children.allTests()) count(test, result);
    }
    const file = process.env.EXAMSITE_TEST_RESULT;
    if (file) fs.writeFileSync(file, JSON.stringify(result));
  }
}

/**
 * @param {import('vitest/node').TestCase} test
 * @param {Result} result
 */
function count(test, result) {
  const { state } = test.result();
  // Still pending when all is over: it never came to its end.
  if (state === 'pending') result.failed += 1;
  else result[state] += 1;
  if (state === 'skipped') result.skippedNames.push(`${test.module.relativeModuleId} ${test.fullName}`);
}
