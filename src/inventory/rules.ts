/**
 * The handbook's rules for a room that its inventory alone can prove: S2–S6, and S1 once the site says how many people run it. A value that
 * nobody has filled in is `unknown`, and the sentence says which key to fill in: unknown never passes.
 */
import type { Finding, Json, Text, Verdict } from '../core/finding.ts';
import { alternateCapacity, proctorsNeeded, seatsNeeded, spacingNeededMetres, sparesNeeded } from './numbers.ts';
import type { Room, Site } from './schema.ts';

/** In the handbook's order. S1 is a person's to confirm, and is only here when `site.staff` is filled in. */
export function roomFindings(room: Room, site?: Site): Finding[] {
  const candidates = room.candidates ?? room.seats.length;
  return [
    ...(site?.staff === undefined ? [] : [staff(site.staff)]),
    proctors(room, candidates),
    seats(room),
    spacing(room, candidates),
    registered(room, candidates),
    spares(room, candidates),
  ];
}

const atLeast = (actual: number, expected: number): Verdict => (actual >= expected ? 'ok' : 'failed');

function finding(
  id: string,
  property: string,
  expected: Json,
  actual: Json,
  verdict: Verdict,
  sentence: Text,
): Finding {
  return { requirement: id, property, expected, actual, verdict, sentence, evidence: `inventory: ${property}` };
}

function staff(people: number): Finding {
  return finding('S1', 'staff', 5, people, atLeast(people, 5), {
    zh: `考点有 ${people} 名管理工作人员，至少需要 5 名`,
    en: `the site has ${people} staff and needs at least 5`,
  });
}

function proctors(room: Room, candidates: number): Finding {
  const needed = proctorsNeeded(candidates);
  const assigned = room.proctors;
  if (assigned === undefined)
    return finding('S2', 'proctors', needed, null, 'unknown', {
      zh: `${candidates} 名考生需要 ${needed} 名监考人员，清单未填 proctors`,
      en: `${candidates} candidates need ${needed} proctors, and the inventory does not say how many there are: fill in proctors`,
    });
  return finding('S2', 'proctors', needed, assigned, atLeast(assigned, needed), {
    zh: `${candidates} 名考生安排了 ${assigned} 名监考人员，需要 ${needed} 名`,
    en: `${candidates} candidates have ${assigned} proctors and need ${needed}`,
  });
}

function seats(room: Room): Finding {
  const found = room.seats.length;
  return finding('S3', 'seats', seatsNeeded, found, atLeast(found, seatsNeeded), {
    zh: `有 ${found} 个标准考位，至少需要 ${seatsNeeded} 个`,
    en: `the room has ${found} standard seats and needs at least ${seatsNeeded}`,
  });
}

/** Either half of S4 is enough: the distance as measured, or seats enough to leave every other one empty. */
function spacing(room: Room, candidates: number): Finding {
  const metres = room.spacingMetres;
  const capacity = alternateCapacity(room.seats);
  const report = (verdict: Verdict, sentence: Text): Finding =>
    finding('S4', 'spacingMetres', spacingNeededMetres, metres ?? null, verdict, sentence);
  if (metres !== undefined && metres >= spacingNeededMetres)
    return report('ok', {
      zh: `考位间距 ${metres} 米，至少需要 ${spacingNeededMetres} 米`,
      en: `seats are ${metres} m apart and need at least ${spacingNeededMetres} m`,
    });
  if (candidates <= capacity)
    return report('ok', {
      zh: `隔位而坐可容纳 ${capacity} 名考生，实有 ${candidates} 名`,
      en: `with every other seat empty the room holds ${capacity} candidates, and has ${candidates}`,
    });
  const full = {
    zh: `隔位而坐只容纳 ${capacity} 名考生，实有 ${candidates} 名`,
    en: `with every other seat empty the room holds only ${capacity} of ${candidates} candidates`,
  };
  if (metres === undefined)
    return report('unknown', {
      zh: `${full.zh}，且清单未填考位间距 spacingMetres`,
      en: `${full.en}, and the distance between seats is not known: measure it and fill in spacingMetres`,
    });
  return report('failed', {
    zh: `考位间距 ${metres} 米，不足 ${spacingNeededMetres} 米，且${full.zh}`,
    en: `seats are ${metres} m apart, less than ${spacingNeededMetres} m, and ${full.en}`,
  });
}

function registered(room: Room, candidates: number): Finding {
  const found = room.seats.length;
  return finding('S5', 'candidates', found, candidates, candidates <= found ? 'ok' : 'failed', {
    zh: `上报 ${candidates} 名考生，有 ${found} 个考位（不计备用机）`,
    en: `${candidates} candidates are registered for ${found} seats, spares not counted`,
  });
}

function spares(room: Room, candidates: number): Finding {
  const needed = sparesNeeded(candidates);
  const found = room.spares.length;
  return finding('S6', 'spares', needed, found, atLeast(found, needed), {
    zh: `${candidates} 名考生有 ${found} 台备用机，需要 ${needed} 台`,
    en: `${candidates} candidates have ${found} spare PCs and need ${needed}`,
  });
}
