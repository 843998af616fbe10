/** Entry point of the plugin process: the engine starts `pulumi-resource-examsite` and reads the port from its first line. */
import * as provider from '@pulumi/pulumi/provider/index.js';
import { modules } from '../../modules/index.ts';
import { home } from '../core/home.ts';
import { version } from '../core/version.ts';
import { openHosts } from '../depot/hosts.ts';
import { endWithEngine } from './lifetime.ts';
import { ExamsiteProvider } from './provider.ts';

const hosts = await openHosts(home());
const args = process.argv.slice(2);
endWithEngine(() => hosts.close(), args.at(-1));
await provider.main(new ExamsiteProvider(version, modules, hosts), args);
