/** Running other programs: always with an argument list, never through text that a shell would read. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const windows = process.platform === 'win32';

/** @typedef {{ code: number | null, output: string, problem: string }} Outcome `problem` is why it failed, in a line; empty when it did not */

/** @param {NodeJS.ProcessEnv} env */
export function pathOf(env) {
  // Windows calls it `Path`, and a copy of process.env is no longer blind to case.
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return { key, folders: (env[key] ?? '').split(path.delimiter).filter(Boolean) };
}

/**
 * Where a command is, as a shell would find it.
 * @param {string} name without extension
 * @returns {string | undefined}
 */
export function findCommand(name, env = process.env) {
  const endings = windows ? ['.exe', '.cmd'] : [''];
  const files = pathOf(env).folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)));
  return files.find(isProgram);
}

/** @param {string} file */
export function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a program without a terminal and keeps the last 64 KiB of what it says.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutSec: number }} options
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, timeoutSec }) {
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const keep = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString()).slice(-65_536));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const forget = stopWithUs(child);
    const timer = setTimeout(() => (late = child.kill('SIGKILL')), timeoutSec * 1000);
    const finish = (/** @type {number | null} */ code, /** @type {string} */ problem) => {
      clearTimeout(timer);
      forget();
      resolve({ code, output, problem });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code, signal) => {
      if (late) finish(null, `no end after ${timeoutSec} s`);
      else finish(code, code === 0 ? '' : `${lastLine(output)} (${signal ?? `exit ${code}`})`);
    });
  });
}

/** @param {string} output */
const lastLine = (output) => output.trim().split('\n').at(-1) ?? '';

/**
 * Ctrl-C reaches a child by itself, `kill` does not: without this, a compiler would go on without anyone waiting for it.
 * @param {import('node:child_process').ChildProcess} child
 */
function stopWithUs(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'];
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    forget();
    process.kill(process.pid, signal);
  };
  const forget = () => signals.forEach((signal) => process.off(signal, stop));
  signals.forEach((signal) => process.on(signal, stop));
  return forget;
}

/**
 * npm is a script that Windows cannot start without a shell; so Node runs it, wherever it is.
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, timeoutSec: number }} options
 */
export function npm(args, options) {
  const script = npmScript();
  return script ? run(process.execPath, [script, ...args], options) : run('npm', args, options);
}

/** @returns {string | undefined} npm's own JavaScript */
function npmScript() {
  const told = process.env.npm_execpath;
  const bin = path.dirname(findCommand('npm') ?? process.execPath);
  const places = ['node_modules', '../lib/node_modules'].map((place) => path.join(bin, place, 'npm/bin/npm-cli.js'));
  return [...(told?.endsWith('npm-cli.js') ? [told] : []), ...places].find((file) => fs.existsSync(file));
}
