import { schema as z } from '@sgraph-backbone/layer/runtime';

export const MOST_EVENTS = 1_000;

const member = (description: string) => z.unknown().optional().meta({ description });

/** For the reference: each member of each event is checked when the event is made private, and refused by its name. */
const event = z.looseObject({
  event_type: member(
    'page_view, api_call, file_created, file_upload, file_viewed, file_download or another: a-z 0-9 _, at most 48',
  ),
  event_id: member('idempotency key, 1 to 64 of A-Z a-z 0-9 . _ : -; generated if absent'),
  timestamp: member(
    'epoch milliseconds, from 24 hours ago to 5 minutes ahead; required with event_id, else now',
  ),
  app: member('the feed is application.<app>; default main'),
  source: member('lambda or application (default)'),
  method: member('of the request; only events with a method are requests'),
  path: member('of the request, with its query'),
  status_code: member('0 to 599'),
  duration_ms: member('milliseconds'),
  content_bytes: member('bytes sent'),
  ip: member("the visitor's address: kept as a hash under the day's key"),
  ip_hash: member('a hash of your own in its place; hashed again, and never both'),
  user_agent: member('kept as browser, system and device'),
  referrer: member('kept as its domain'),
  country: member('two letters, ISO 3166-1; default by the address'),
  transfer_id: member("kept as a hash under the day's key"),
  token: member('name of the invitation token'),
});

export const eventsBody = z.union([z.array(z.unknown()), event]);

const index = z.int().meta({ description: 'of the event in the request' });

export const eventsAnswer = z.object({
  accepted: z.array(z.object({ index, event_id: z.string() })).meta({ description: 'durable' }),
  refused: z.array(
    z.object({
      index,
      field: z.string().meta({ description: 'empty: the event as a whole' }),
      code: z.string(),
      problem: z.string(),
    }),
  ),
  retry: z.array(z.int()).meta({ description: 'indexes of events to post again' }),
});
export type EventsAnswer = {
  accepted: { index: number; event_id: string }[];
  refused: { index: number; field: string; code: string; problem: string }[];
  retry: number[];
};
