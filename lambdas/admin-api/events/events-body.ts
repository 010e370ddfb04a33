import { eventSchema } from '@sgraph-backbone/layer/events';
import { schema as z } from '@sgraph-backbone/layer/runtime';

export const MOST_EVENTS = 1_000;

const FORM = `one event (a JSON object) or an array of 1 to ${MOST_EVENTS.toLocaleString('en')}`;
const EVENT = eventSchema();

/** Each member of each event is checked when the event is made private, and refused by its name. */
export const eventsBody = z
  .custom<object>((body) => typeof body === 'object' && body !== null, FORM)
  .meta({ anyOf: [EVENT, { type: 'array', items: EVENT, minItems: 1, maxItems: MOST_EVENTS }] });

const index = z.int().meta({ description: 'of the event in the request; of NDJSON, blank lines left out' });

export const eventsAnswer = z.object({
  accepted: z.array(z.object({ index, event_id: z.string() })).meta({ description: 'durable' }),
  refused: z.array(
    z.object({
      index,
      line: z.int().optional().meta({ description: 'of NDJSON, blank ones counted; the first is 1' }),
      field: z.string().meta({ description: 'empty: the event as a whole' }),
      code: z.string(),
      problem: z.string(),
    }),
  ),
  retry: z.array(z.int()).meta({ description: 'indexes of events to post again' }),
});
export type EventsAnswer = {
  accepted: { index: number; event_id: string }[];
  refused: Refused[];
  retry: number[];
};
export interface Refused {
  readonly index: number;
  readonly line?: number;
  readonly field: string;
  readonly code: string;
  readonly problem: string;
}
