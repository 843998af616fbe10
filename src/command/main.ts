/** Entry point of the plugin process `pulumi-resource-command`. */
import * as provider from '@pulumi/pulumi/provider/index.js';
import { home } from '../core/home.ts';
import { openHosts } from '../depot/hosts.ts';
import { endWithEngine } from '../provider/lifetime.ts';
import { CommandProvider } from './provider.ts';

const hosts = await openHosts(home());
endWithEngine(() => hosts.close());
await provider.main(new CommandProvider(hosts), process.argv.slice(2));
