import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { agentFile, registration } from '../../src/hosts/install.ts';
import type { Room, Site } from '../../src/inventory/schema.ts';

/**
 * The agent's copy on the PC, for what runs detached from a session (installers, a change of address). Sessions themselves bring the agent
 * along and need nothing on the PC: that is how a frozen PC can be looked at without being written to.
 */
export class Agent extends pulumi.ComponentResource {
  constructor(host: string, { site, room }: { site: Site; room: Room }, opts: pulumi.ComponentResourceOptions) {
    super('examsite:index:Agent', `${host}-agent`, {}, opts);
    const connection = { host, user: site.ssh.user };
    const { source, remotePath } = agentFile(room.platform);
    const asset = new pulumi.asset.FileAsset(source);
    const copy = new command.remote.CopyToRemote(
      `${host}-agent-copy`,
      { connection, source: asset, remotePath, triggers: [asset] },
      { parent: this },
    );
    const { create, remove } = registration(room.platform);
    new command.remote.Command(
      `${host}-agent-register`,
      { connection, create, delete: remove, triggers: [asset] },
      { parent: this, dependsOn: [copy] },
    );
    this.registerOutputs({});
  }
}
