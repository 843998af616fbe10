import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import { home } from '../../src/core/home.ts';
import { readEnrolled } from '../../src/hosts/enrolled.ts';
import { agentCommands, agentFile, registration } from '../../src/hosts/install.ts';
import type { Room, Site } from '../../src/inventory/schema.ts';

const [copied, registered] = agentCommands;

/**
 * The agent's copy on the PC, for what runs detached from a session (installers, a change of address). Sessions themselves bring the agent
 * along and need nothing on the PC: that is how a frozen PC can be looked at without being written to.
 *
 * No component of its own: with each resource the engine writes its whole state anew, and a room has 44 of these.
 *
 * @returns what has to be there before anything is written to the PC
 */
export function agent(
  host: string,
  { site, room }: { readonly site: Site; readonly room: Room },
  { parent, dependsOn }: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Resource[] },
): pulumi.Resource {
  const connection = { host, user: site.ssh.user };
  const { source, remotePath } = agentFile(room.platform);
  // A command has no state to be compared with the PC's: another installation in its place is known by its host key.
  const hostKey = readEnrolled(home(), room.room)?.hosts[host]?.hostKey ?? '';
  const { create, remove, which } = registration(room.platform, hostKey);
  const copy = new command.remote.CopyToRemote(
    `${host}-${copied}`,
    { connection, source: new pulumi.asset.FileAsset(source), remotePath, triggers: [which] },
    { parent, dependsOn: [...dependsOn] },
  );
  // An update and no replacement, which would forget the new registration with the old one.
  return new command.remote.Command(
    `${host}-${registered}`,
    { connection, create, delete: remove },
    { parent, dependsOn: [copy] },
  );
}
