import { BadEvent, type EventNormaliser, type PrivateEvent } from '@sgraph-backbone/layer/events';
import { HttpError, type Route, route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { type EventsAnswer, eventsAnswer, eventsBody, MOST_EVENTS, type Refused } from './events-body.ts';
import { eventsIn, linesOf } from './ndjson.ts';

/** What applications report. */
export function eventsRoutes({ source }: AdminContext): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/events',
      scope: 'events:write',
      summary: 'Record events of an application: one, or up to 1,000',
      description: DESCRIPTION,
      body: eventsBody,
      readers: { 'application/x-ndjson': linesOf, 'application/ndjson': linesOf },
      status: 202,
      errors: { 503: 'No event could be made durable now: post them again after Retry-After seconds' },
      answer: eventsAnswer,
      handle: async ({ body }) => {
        const posted = eventsIn(body);
        refuseCount(posted.length);
        const { events, normaliser } = await source();
        const { kept, refused } = await sorted(await normaliser(), posted);
        const untaken = new Set(await events.take(kept.map(({ event }) => event)));
        return { answer: answered(kept, refused, untaken) };
      },
    }),
  ];
}

const DESCRIPTION = [
  'A JSON object, a JSON array, or NDJSON (application/x-ndjson).',
  'The answer comes when the accepted events are durable; within its half-hour an event counts once, however often its event_id is posted: send it again with the timestamp that it had, because that decides the half-hour.',
  'Events that cannot be taken are refused one by one, and the others are kept: 400 only where none is.',
  '`retry` names those to be posted again under the ids in `accepted` of an earlier answer, or their own; 503 where that is all.',
].join(' ');

function refuseCount(given: number): void {
  if (given > 0 && given <= MOST_EVENTS) return;
  const accepted = `1 to ${MOST_EVENTS.toLocaleString('en')}`;
  throw new HttpError(400, 'number_of_events', `${given} events in one request; accepted: ${accepted}`, {
    details: { given, limit: MOST_EVENTS },
  });
}

interface Kept {
  readonly index: number;
  readonly event: PrivateEvent;
}

async function sorted(normaliser: EventNormaliser, posted: ReturnType<typeof eventsIn>) {
  const kept: Kept[] = [];
  const refused: Refused[] = [];
  for (const [index, { given, line, broken }] of posted.entries()) {
    try {
      if (broken) throw new BadEvent('', 'not_json', `line ${line} is not JSON`);
      kept.push({ index, event: await normaliser.normalise(given) });
    } catch (error) {
      if (!(error instanceof BadEvent)) throw error;
      const { field, code, problem } = error;
      refused.push({ index, ...(line && { line }), field, code, problem });
    }
  }
  return { kept, refused };
}

function answered(kept: readonly Kept[], refused: Refused[], untaken: ReadonlySet<number>): EventsAnswer {
  const isTaken = (at: number) => !untaken.has(at);
  const accepted = kept.filter((_, at) => isTaken(at));
  const retry = kept.filter((_, at) => !isTaken(at)).map(({ index }) => index);
  if (accepted.length === 0) throw nothingKept(refused, retry);
  return {
    accepted: accepted.map(({ index, event }) => ({ index, event_id: event.event_id })),
    refused,
    retry,
  };
}

function nothingKept(refused: Refused[], retry: readonly number[]): HttpError {
  if (retry.length > 0)
    return new HttpError(503, 'busy', 'no event could be made durable now; post them again', {
      details: { refused, retry },
      headers: { 'retry-after': '1' },
    });
  const [{ index, line, code, field, problem }] = refused as [Refused];
  const what = field === '' ? problem : `${field}: ${problem}`;
  const place =
    line === undefined || code === 'not_json' ? `event ${index}` : `event ${index} (line ${line})`;
  return new HttpError(400, 'events_refused', `no event was accepted; ${place}: ${what}`, {
    details: { refused },
  });
}
