import { CLASSES } from '@sgraph-backbone/layer/logs';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import type { AdminContext } from '../admin-source.ts';
import { measured } from '../traffic/frame.ts';
import { readPulse } from './pulse.ts';

const instant = z.int().meta({ description: 'epoch milliseconds' });
const FORM = 'a whole number of minutes from 1 to 60';
const text = z.string().nullable();

const minutesParameter = z
  .string()
  .refine((given) => /^[1-9]$|^[1-5]\d$|^60$/.test(given), { error: FORM })
  .default('5')
  .transform(Number)
  .meta({ description: FORM });

const recentEvent = z.object({
  timestamp: instant,
  event_type: text.meta({ description: 'null: a line of a log' }),
  method: text,
  path: text,
  status_code: z.int().nullable(),
  country: text,
  browser: text,
  class: z.string(),
});

const source = z.object({
  feed: z.string(),
  counted: z.boolean().meta({
    description: 'whether these are the numbers of the pulse: kinds describe the same requests twice',
  }),
  active_requests: z.int(),
  active_visitors: measured,
  newest_event: instant.nullable(),
  last_delivery: instant.nullable(),
});

const answer = z.object({
  computed_at: instant,
  window_minutes: z.int(),
  window_start: instant,
  active_requests: measured,
  active_events: measured.meta({ description: 'events that are no requests as well' }),
  active_visitors: measured.meta({ description: 'over midnight an upper bound' }),
  active_transfers: measured,
  recent_events: z.array(recentEvent).readonly(),
  sources: z.array(source).readonly(),
  filtered: z
    .record(z.string(), z.int())
    .meta({ description: 'requests of the classes that the class filter left out' }),
});

/** Is anyone using the site right now? */
export function pulseRoute({ source: here, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/analytics/pulse',
    scope: 'traffic:read',
    summary: 'The last minutes: requests, visitors, transfers, newest events',
    description:
      'Computed anew each time from what applications post and real-time logs bring; standard logs arrive too late. Locally `GET /api/analytics/stream` pushes the same as server-sent events.',
    query: z.object({
      minutes: minutesParameter,
      class: z
        .enum(['all', ...CLASSES])
        .default('all')
        .meta({ description: 'who asked' }),
    }),
    answer,
    handle: async ({ query }) => {
      const { data } = await here();
      const { primary } = await readSettings(data);
      const pulse = await readPulse(data, { now: now(), ...query, ...(primary ? { primary } : {}) });
      return { answer: { ...pulse, filtered: pulse.filtered as Record<string, number> } };
    },
  });
}
