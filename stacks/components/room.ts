import * as pulumi from '@pulumi/pulumi';
import { seatsOf, type Room as RoomInventory, type Site } from '../../src/inventory/schema.ts';
import { Seat } from './seat.ts';

/** A room: every seat and every spare of its inventory, independent of each other, so that one PC that fails stops only itself. */
export class Room extends pulumi.ComponentResource {
  readonly seats: readonly Seat[];

  constructor(name: string, args: { site: Site; room: RoomInventory }, opts?: pulumi.ComponentResourceOptions) {
    super('examsite:index:Room', name, {}, opts);
    this.seats = seatsOf(args.room).map((seat) => new Seat(seat.name, { ...args, seat }, { parent: this }));
    this.registerOutputs({ room: args.room.room, seats: this.seats.length });
  }
}
