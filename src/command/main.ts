/** Entry point of the plugin process `pulumi-resource-command`. */
import * as provider from '@pulumi/pulumi/provider/index.js';
import { home } from '../core/home.ts';
import { HostPool } from '../hosts/pool.ts';
import { endWithEngine } from '../provider/lifetime.ts';
import { engineLog } from './log.ts';
import { Machines } from './machines.ts';
import { CommandProvider } from './provider.ts';

const site = home();
// The engine's address is the last argument, after any flags.
const args = process.argv.slice(2);
const log = engineLog(args.at(-1));
const plugin = new CommandProvider(new Machines(site, new HostPool({ home: site })), log);
endWithEngine(() => plugin.close(), args.at(-1));
await provider.main(plugin, args);
