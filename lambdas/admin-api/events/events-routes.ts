import { BadEvent, type EventNormaliser, type PrivateEvent } from '@sgraph-backbone/layer/events';
import { HttpError, type Route, route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { type EventsAnswer, eventsAnswer, eventsBody, MOST_EVENTS } from './events-body.ts';
import { linesOf } from './ndjson.ts';

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
      answer: eventsAnswer,
      handle: async ({ body }) => {
        const posted = Array.isArray(body) ? body : [body];
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
  'The answer comes when the accepted events are durable; an event counts once, however often its event_id is posted.',
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

async function sorted(normaliser: EventNormaliser, posted: readonly unknown[]) {
  const kept: Kept[] = [];
  const refused: EventsAnswer['refused'] = [];
  for (const [index, one] of posted.entries()) {
    try {
      kept.push({ index, event: await normaliser.normalise(one) });
    } catch (error) {
      if (!(error instanceof BadEvent)) throw error;
      refused.push({ index, field: error.field, code: error.code, problem: error.problem });
    }
  }
  return { kept, refused };
}

function answered(
  kept: readonly Kept[],
  refused: EventsAnswer['refused'],
  untaken: ReadonlySet<number>,
): EventsAnswer {
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

function nothingKept(refused: EventsAnswer['refused'], retry: readonly number[]): HttpError {
  if (retry.length > 0)
    return new HttpError(503, 'busy', 'no event could be made durable now; post them again', {
      details: { refused, retry },
      headers: { 'retry-after': '1' },
    });
  const [{ index, field, problem }] = refused as [EventsAnswer['refused'][number]];
  const what = field === '' ? problem : `${field}: ${problem}`;
  return new HttpError(400, 'events_refused', `no event was accepted; event ${index}: ${what}`, {
    details: { refused },
  });
}
