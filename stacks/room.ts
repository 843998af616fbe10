/** One stack per room: stack `room-301` is inventories/room-301.yaml. */
import * as pulumi from '@pulumi/pulumi';
import { wantedCertificates } from '../modules/exam-ca/wanted.ts';
import { home } from '../src/core/home.ts';
import { loadRoom } from '../src/inventory/load.ts';
import { Room } from './components/room.ts';

const { site, room } = loadRoom(home(), pulumi.getStack().replace(/^room-/, ''));
const exam = new Room(`r${room.room.toLowerCase()}`, { site, room, certificates: wantedCertificates(home()) });

export const seats = exam.seats.map((seat) => seat.host);
