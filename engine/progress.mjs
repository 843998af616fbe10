/** What set-up says while it works: what it does, how long that takes, how long it has taken. */
import { say } from './language.mjs';

/** @typedef {(line: string) => void} Say */
/** @typedef {import('./language.mjs').Text} Text */

/** Rewrites one line on a terminal; prints a line now and then into a file. On stderr, so that `--json` stays clean. */
export function terminalProgress(stream = process.stderr) {
  const live = Boolean(stream.isTTY);
  return {
    everySec: live ? 1 : 30,
    /** @type {Say} */
    now: (line) => void stream.write(live ? `\r\u001B[K${line}` : `${line}\n`),
    /** @type {Say} */
    end: (line) => void stream.write(live ? `\r\u001B[K${line}\n` : `${line}\n`),
  };
}

/**
 * For a caller that prints each line it is given.
 * @param {Say} line
 */
export const lineProgress = (line) => ({ everySec: 15, now: line, end: line });

/** @typedef {ReturnType<typeof terminalProgress>} Progress */

/**
 * @template T
 * @param {Progress} progress
 * @param {Text} what without full stop: `installing the npm packages`
 * @param {Text} expected `about a minute`
 * @param {() => Promise<T>} work
 */
export async function during(progress, what, expected, work) {
  const start = Date.now();
  progress.now(say({ zh: `${what.zh}，约需${expected.zh} …`, en: `${what.en}, takes ${expected.en} …` }));
  const timer = setInterval(() => {
    const so = duration(Date.now() - start);
    progress.now(say({ zh: `${what.zh}：已用 ${so}，约需${expected.zh}`, en: `${what.en}: ${so} of ${expected.en}` }));
  }, progress.everySec * 1000);
  let ended = { zh: '失败', en: 'failed' };
  try {
    const result = await work();
    ended = { zh: '完成', en: 'done' };
    return result;
  } finally {
    clearInterval(timer);
    const so = duration(Date.now() - start);
    progress.end(say({ zh: `${what.zh}：${ended.zh}，用时 ${so}`, en: `${what.en}: ${ended.en} after ${so}` }));
  }
}

/**
 * @param {Progress} progress
 * @returns {(pid: number) => void}
 */
export const waiting = (progress) => (pid) =>
  progress.end(
    say({
      zh: `另一个进程（${pid}）正在准备同样的东西，等它完成`,
      en: `another process (${pid}) is preparing the same; waiting for it`,
    }),
  );

/** @param {number} ms */
export function duration(ms) {
  const sec = Math.round(ms / 1000);
  return sec < 60 ? `${sec} s` : `${Math.floor(sec / 60)} min ${sec % 60} s`;
}
