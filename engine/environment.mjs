/** What a child process must find in its environment: the right Node, the engine, and an engine that keeps to itself. */
import path from 'node:path';
import { cacheFolder } from './cache.mjs';
import { pathOf } from './command.mjs';

/**
 * @param {{ node?: string, engine?: { folder: string } | undefined }} found `node`: an executable, as `ensureNode` gives it
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} a copy
 */
export function environment({ node = process.execPath, engine } = {}, env = process.env) {
  const { key, folders } = pathOf(env);
  const first = [...(engine ? [engine.folder] : []), path.dirname(node)];
  return {
    ...env,
    [key]: [...first, ...folders.filter((folder) => !first.includes(folder))].join(path.delimiter),
    // Stripping types and compiling is most of what a short-lived process does; its children (plugins, programs) find it done.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE || path.join(cacheFolder(env), 'compiled'),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    // An exam LAN reaches nothing outside: a plugin that is missing must be an error at once, not a download that waits for a time-out.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    // Its own folder, so that neither a user's log-in nor plugins that lie about change what an `up` does. Who keeps state in Pulumi Cloud
    // sets PULUMI_ACCESS_TOKEN, or PULUMI_HOME.
    PULUMI_HOME: env.PULUMI_HOME || path.join(cacheFolder(env), 'pulumi-home'),
  };
}
