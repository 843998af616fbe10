import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { home } from '../../src/core/home.ts';
import { readEnrolled } from '../../src/hosts/enrolled.ts';
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
    // A command has no state to be compared with the PC's: another installation in its place is known by its host key.
    const hostKey = readEnrolled(home(), room.room)?.hosts[host]?.hostKey ?? '';
    const copy = new command.remote.CopyToRemote(
      `${host}-agent-copy`,
      { connection, source: asset, remotePath, triggers: [asset, hostKey] },
      { parent: this },
    );
    // An update and no replacement, which would forget the new registration with the old one.
    const { create, remove } = registration(room.platform, hostKey);
    new command.remote.Command(
      `${host}-agent-register`,
      { connection, create, delete: remove },
      { parent: this, dependsOn: [copy] },
    );
    this.registerOutputs({});
  }
}
