import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';
import type { WantedCertificate } from '../../modules/exam-ca/schema.ts';
import { seatModules } from '../../modules/seat.ts';
import type { Room, Seat as SeatInventory, Site } from '../../src/inventory/schema.ts';
import { stepsOf } from '../../src/inventory/steps.ts';
import { agent } from './agent.ts';
import { ModuleResource } from './module-resource.ts';

export interface SeatArgs {
  readonly site: Site;
  readonly room: Room;
  readonly seat: SeatInventory;
  readonly certificates: readonly WantedCertificate[];
}

/** One PC: its modules in the order in which a PC has to be set up, then the site's own extra steps. */
export class Seat extends pulumi.ComponentResource {
  readonly host: string;

  constructor(name: string, { site, room, seat, certificates }: SeatArgs, opts?: pulumi.ComponentResourceOptions) {
    super('examsite:index:Seat', name, {}, opts);
    this.host = seat.name;
    const made = new Map<string, pulumi.Resource>();
    for (const { module, desired, after, checkOnly } of seatModules(site, room, seat, certificates)) {
      if (checkOnly === true) continue;
      const dependsOn = after.map((other) => made.get(other)).filter((other) => other !== undefined);
      const resource = new ModuleResource(module, seat.name, desired, { parent: this, dependsOn });
      made.set(module.name, resource);
      // From here on things are written to the PC, so the restore card must be open: the agent is the first to be.
      if (module.name === 'restore-card') {
        made.set(module.name, agent(seat.name, { site, room }, { parent: this, dependsOn: [resource] }));
      }
    }
    this.extraSteps(site, room, seat, [...made.values()]);
    this.registerOutputs({ host: seat.name, level: seat.level });
  }

  /** What a site adds for itself, in its own words: `steps` in site.yaml and in the room's file. */
  private extraSteps(site: Site, room: Room, seat: SeatInventory, after: readonly pulumi.Resource[]): void {
    let previous = [...after];
    for (const step of stepsOf(site, room, seat)) {
      const args: command.remote.CommandArgs = {
        connection: { host: seat.name, user: site.ssh.user },
        create: step.create,
        ...(step.update === undefined ? {} : { update: step.update }),
        ...(step.delete === undefined ? {} : { delete: step.delete }),
        triggers: [step.create],
      };
      previous = [
        new command.remote.Command(`${seat.name}-step-${step.name}`, args, { parent: this, dependsOn: previous }),
      ];
    }
  }
}
