import * as pulumi from '@pulumi/pulumi';
import type { WantedCertificate } from '../../modules/exam-ca/schema.ts';
import { seatsOf, type Room as RoomInventory, type Site } from '../../src/inventory/schema.ts';
import { Seat } from './seat.ts';

export interface RoomArgs {
  readonly site: Site;
  readonly room: RoomInventory;
  /** What its PCs have to trust. */
  readonly certificates: readonly WantedCertificate[];
}

/** A room: every seat and every spare of its inventory, independent of each other, so that one PC that fails stops only itself. */
export class Room extends pulumi.ComponentResource {
  readonly seats: readonly Seat[];

  constructor(name: string, args: RoomArgs, opts?: pulumi.ComponentResourceOptions) {
    super('examsite:index:Room', name, {}, opts);
    this.seats = seatsOf(args.room).map((seat) => new Seat(seat.name, { ...args, seat }, { parent: this }));
    this.registerOutputs({ room: args.room.room, seats: this.seats.length });
  }
}
