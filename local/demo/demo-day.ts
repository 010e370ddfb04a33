import { logRequest } from './asked.ts';
import { withIncident } from './incident.ts';
import type { LoggedRequest } from './log-line.ts';
import { checks, crawls, scans } from './machines.ts';
import { drawOrigin, type Origin } from './origins.ts';
import { createRandom, type Random } from './random.ts';
import { weightedIndex } from './sampler.ts';
import { DEMO_SITE } from './site.ts';
import type { Told } from './told.ts';
import { drawVisitor } from './visitor.ts';
import { browse, type Guest, missed, receive, send, type Wish } from './visits.ts';

const HOUR = 3_600_000;
const REGULARS = 140;

export interface DemoRequest extends LoggedRequest {
  readonly country: string;
  /** What the application reports of it, if it went well. */
  readonly tells: readonly Told[];
}

/** All requests of a UTC day, in the order in which a log has them: nearly by time. Depends on date and seed alone. */
export function demoDay(day: number, seed: string): DemoRequest[] {
  const random = createRandom(`${seed} ${new Date(day).toISOString().slice(0, 10)}`);
  const wishes = [
    ...people(random, day, seed),
    ...crawls(random, day, random.between(45, 70)),
    ...scans(random, day, random.between(18, 34)),
    ...checks(createRandom(`${seed} monitor`), day),
  ];
  const requests = withIncident(random, day, wishes).map((wish) => finish(random, wish));
  return slightlyShuffled(random, requests);
}

function finish(random: Random, { at, visitor, asked }: Wish): DemoRequest {
  const request = logRequest(random, DEMO_SITE, visitor, asked, at);
  return { ...request, country: visitor.country, tells: asked.tells ?? [] };
}

function people(random: Random, day: number, seed: string): Wish[] {
  const drawGuest = createGuests(random, seed);
  const busy = WEEKDAYS[new Date(day).getUTCDay()]!;
  const times = (count: number) =>
    Array.from({ length: Math.round(count * busy * (0.9 + random.next() * 0.2)) });
  const wishes: Wish[] = [];
  const visit = (make: (guest: Guest, at: number) => Wish[]) => {
    const [guest, origin] = drawGuest();
    wishes.push(...make(guest, day + drawTimeOfDay(random, origin)));
  };
  for (const _ of times(150)) visit((guest, at) => browse(random, guest, at));
  for (const _ of times(30)) visit((guest, at) => missed(random, guest, at));
  for (const _ of times(45)) {
    visit((guest, at) => {
      const sent = send(random, guest, at);
      return [...sent.wishes, ...recipients(random, () => drawGuest()[0], sent.transfer)];
    });
  }
  return wishes;
}

/** Most links are opened within hours by a few people; some never are. */
function recipients(random: Random, guest: () => Guest, transfer: Parameters<typeof receive>[2]): Wish[] {
  const opened = Array.from({ length: random.integer(6) });
  return opened.flatMap(() => {
    const later = 30_000 + Math.min(20 * HOUR, random.exponential(2.5 * HOUR));
    return receive(random, guest(), transfer, transfer.at + Math.round(later));
  });
}

/** A third of the visits are by regulars, who are the same people every day. */
function createGuests(random: Random, seed: string): () => [Guest, Origin] {
  const seeded = createRandom(`${seed} regulars`);
  const regulars = Array.from({ length: REGULARS }, (): [Guest, Origin] => {
    const origin = drawOrigin(seeded);
    return [{ visitor: drawVisitor(seeded, origin), knowsSite: true }, origin];
  });
  return () => {
    if (random.chance(0.33)) return random.pick(regulars);
    const origin = drawOrigin(random);
    return [{ visitor: drawVisitor(random, origin), knowsSite: false }, origin];
  };
}

/** Sunday first: work is what files are sent for. */
const WEEKDAYS = [0.5, 1, 1.08, 1.12, 1.05, 0.92, 0.45];

/** By local hour, from midnight. */
const drawLocalHour = weightedIndex([
  4, 2, 1, 1, 1, 2, 6, 14, 30, 46, 52, 50, 44, 48, 54, 52, 46, 38, 30, 27, 25, 21, 15, 8,
]);

function drawTimeOfDay(random: Random, origin: Origin): number {
  const hour = (drawLocalHour(random) - origin.clock + 24) % 24;
  return Math.floor((hour + random.next()) * HOUR) % (24 * HOUR);
}

/** Edges hand in their lines in turn: about a fifth come a little after later ones. */
function slightlyShuffled(random: Random, requests: readonly DemoRequest[]): DemoRequest[] {
  const place = new Map(
    requests.map((request) => [
      request,
      request.finished + (random.chance(0.2) ? random.exponential(60_000) : 0),
    ]),
  );
  return [...requests].sort((a, b) => place.get(a)! - place.get(b)! || (a.requestId < b.requestId ? -1 : 1));
}
