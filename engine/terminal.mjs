/** Handing over to a script of the clone, or to another program, in this terminal, as if it had been started directly. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { environment } from './environment.mjs';
import { SetupError } from './language.mjs';
import { ensureNode } from './node.mjs';
import { ensurePackages, root } from './packages.mjs';

/**
 * @param {string} script relative to the clone
 * @param {readonly string[]} args
 * @returns {Promise<void>} never returns: the process ends as the script does
 */
export async function runScript(script, args) {
  await withSetup(async () => {
    await ensurePackages();
    const node = await ensureNode();
    // Node 22 still calls type stripping experimental, at every start.
    const nodeArgs = ['--disable-warning=ExperimentalWarning', path.join(root, script), ...args];
    endAs(await inTerminal(node, nodeArgs, environment({ node })));
  });
}

/**
 * A set-up that cannot be is the user's to mend: one message, no stack, and 2, which means "could not tell".
 * @param {() => Promise<void>} work
 */
export async function withSetup(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Ending */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [cwd]
 * @returns {Promise<Ending>}
 */
export function inTerminal(command, args, env, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, stdio: 'inherit' });
    const forget = passSignals(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      forget();
      resolve({ code, signal });
    });
  });
}

/**
 * The child must hear of every signal once. A terminal sends Ctrl-C to both of us (and npm then sends it to us again): there, hearing it is
 * only a reason to wait for the child's end. `kill` and a parent without a terminal send it to us alone.
 * @param {import('node:child_process').ChildProcess} child
 */
function passSignals(child) {
  const inForeground = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  /** @type {[NodeJS.Signals, boolean][]} */
  const signals = [
    ['SIGINT', !inForeground],
    ['SIGHUP', !inForeground],
    ['SIGTERM', true],
  ];
  const handlers = signals.map(([signal, pass]) => /** @type {const} */ ([signal, () => pass && child.kill(signal)]));
  handlers.forEach(([signal, handler]) => process.on(signal, handler));
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}

/**
 * Ends this process as the child ended, by the same signal if it was one: a shell that runs us in a loop must see the Ctrl-C.
 * @param {Ending} ending
 */
export function endAs({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
}
