/** `examsite confirm P10 P12 --room 301 --by NAME`: what only people can see, with who and when. Without a requirement: what has been said. */
import type { Command } from 'commander';
import {
  addConfirmations,
  confirmedFile,
  forPeople,
  pcsOf,
  readConfirmations,
  type Confirmation,
} from '../../confirmations/file.ts';
import { roomConfirmations, seatConfirmations } from '../../confirmations/findings.ts';
import { UserError, type Problem } from '../../core/errors.ts';
import type { Finding, Lang, Text } from '../../core/finding.ts';
import { loadRoom } from '../../inventory/load.ts';
import { seatsOf, type Room, type Seat, type Site } from '../../inventory/schema.ts';
import { shown } from '../../inventory/yaml-source.ts';
import { showNames } from '../../report/show.ts';
import type { Io } from '../io.ts';

interface Options {
  readonly room: string;
  readonly by?: string;
  readonly seat: readonly string[];
  readonly not?: true;
  readonly withdraw?: true;
  readonly note?: string;
}

export function confirmCommand(program: Command, io: Io): void {
  program
    .command('confirm')
    .description(
      'write down what only a person can confirm, with who and when; without a requirement, show what is open',
    )
    .argument('[requirement...]', `one or more of ${forPeople.map(({ id }) => id).join(', ')}`)
    .requiredOption('--room <room>')
    .option('--by <name>', 'who has looked')
    .option('--seat <seat...>', 'only these PCs (r301-s07); default: every PC of the room', [])
    .option('--not', 'it is not so: the room is NO-GO until it is')
    .option('--withdraw', 'take back what was said')
    .option('--note <text>', 'what was seen')
    .action(async (ids: string[], options: Options) => {
      const { room, site } = loadRoom(io.home, options.room);
      if (ids.length > 0) await write(io, room, ids, options);
      tell(io, room, site);
    });
}

async function write(io: Io, room: Room, ids: readonly string[], options: Options): Promise<void> {
  const seats = seatsOf(room);
  const problems = [...requirementFaults(ids), ...byFaults(options), ...seatFaults(options.seat, seats, room.room)];
  if (problems.length > 0) throw new UserError(problems);
  const chosen = options.seat.length === 0 ? seats : seats.filter(({ name }) => options.seat.includes(name));
  const pcs = pcsOf(chosen);
  const said: Omit<Confirmation, 'requirement'> = {
    says: options.withdraw === true ? 'withdrawn' : options.not === true ? 'no' : 'yes',
    by: options.by?.trim() ?? '',
    at: `${new Date().toISOString().slice(0, 19)}Z`,
    ...(options.note === undefined ? {} : { note: options.note }),
  };
  const asked = forPeople.filter(({ id }) => ids.includes(id));
  const more = asked.map(({ id, scope }) => ({ requirement: id, ...said, ...(scope === 'seat' ? { pcs } : {}) }));
  await addConfirmations(io.home, room.room, more);
  io.note(shown(io.home, confirmedFile(io.home, room.room)));
}

/** Every requirement for a person, as it stands now; the same on several PCs is one line. */
function tell(io: Io, room: Room, site: Site): void {
  const spoken = { confirmations: readConfirmations(io.home, room.room), now: new Date(), days: site.confirmedForDays };
  const ofSeats = seatsOf(room).flatMap(({ name, kind, entry }) =>
    seatConfirmations({ name, entry }, spoken).map((finding) => ({
      seat: { name, kind, number: entry.seat },
      finding,
    })),
  );
  const ofRoom = roomConfirmations(spoken);
  const open = forPeople.filter(({ id, scope }) => scope !== 'seat' && !ofRoom.some((one) => one.requirement === id));
  const same = Map.groupBy(ofSeats, ({ finding: { requirement, sentence, evidence } }) =>
    [requirement, sentence.en, evidence].join(),
  );
  for (const some of same.values()) {
    const names = showNames(some.map(({ seat }) => seat));
    for (const { finding } of some.slice(0, 1)) io.print(line(finding, names, io.lang));
  }
  for (const finding of ofRoom) io.print(line(finding, room.room, io.lang));
  for (const { id, title } of open) io.print(line({ requirement: id, sentence: notYet(title) }, room.room, io.lang));
  io.result({
    seats: ofSeats.map(({ seat, finding }) => ({ seat: seat.name, ...finding })),
    room: ofRoom,
    open: open.map(({ id }) => id),
  });
}

const notYet = (title: Text): Text => ({ zh: `尚无人确认：${title.zh}`, en: `nobody has confirmed: ${title.en}` });

type Said = Pick<Finding, 'requirement' | 'sentence' | 'evidence'>;

const line = ({ requirement, sentence, evidence }: Said, of: string, lang: Lang): string =>
  `${requirement.padEnd(4)}${of}: ${sentence[lang]}${evidence === undefined ? '' : ` (${evidence})`}`;

const requirementFaults = (ids: readonly string[]): Problem[] =>
  ids
    .filter((id) => !forPeople.some((one) => one.id === id))
    .map((got) => ({
      where: 'examsite confirm',
      expected: { zh: `${list} 之一`, en: `one of ${list}` },
      got,
      fix: { zh: '其他要求由程序检查：examsite check', en: 'everything else a program looks at: examsite check' },
      code: 'CNF001',
    }));
const list = forPeople.map(({ id }) => id).join(', ');

function byFaults({ by, not, withdraw }: Options): Problem[] {
  const problems: Problem[] = [];
  if (by === undefined || !/^[^\p{Cc}]{1,60}$/u.test(by.trim())) {
    problems.push({
      where: '--by',
      expected: { zh: '确认人姓名', en: 'the name of whoever has looked' },
      got: by === undefined ? 'nothing' : JSON.stringify(by),
      fix: { zh: '写上 --by 姓名（不超过 60 字）', en: 'add --by NAME, at most 60 characters' },
      code: 'CNF002',
    });
  }
  if (not === true && withdraw === true) {
    problems.push({
      where: '--not --withdraw',
      expected: { zh: '二者之一', en: 'one of the two' },
      got: '--not --withdraw',
      fix: { zh: '不符合用 --not，撤回用 --withdraw', en: '--not: it is not so; --withdraw: nothing is said any more' },
      code: 'CNF003',
    });
  }
  return problems;
}

const seatFaults = (asked: readonly string[], seats: readonly Seat[], room: string): Problem[] =>
  asked
    .filter((name) => !seats.some((seat) => seat.name === name))
    .map((got) => ({
      where: '--seat',
      expected: { zh: `${room} 考场的一个考位`, en: `a seat of room ${room}` },
      got,
      fix: { zh: '考位名的写法如 r301-s07', en: 'write it as r301-s07' },
      code: 'CNF004',
    }));
