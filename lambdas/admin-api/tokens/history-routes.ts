import { calendarOf } from '@sgraph-backbone/layer/rollups';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import { dailyUsage, monthlyUsage, readUses } from '@sgraph-backbone/layer/tokens';
import type { AdminContext } from '../admin-source.ts';
import { cursorOf, cursorParameter, limitParameter } from '../parameters.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { shownRecord } from './named-token.ts';
import { showUse } from './shown-token.ts';
import { tokenEvent } from './token-schemas.ts';

/** What became of a token: its uses one by one, and how many on each day. */
export function historyRoutes(context: AdminContext): Route[] {
  return [eventsRoute(context), usageRoute(context)];
}

function eventsRoute(context: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/tokens/{name}/events',
    scope: 'tokens:read',
    summary: 'Accepted uses of a token, the newest first',
    query: z.object({ limit: limitParameter(20), cursor: cursorParameter(z.int().min(1)) }),
    errors: { 404: 'There is no token of this name' },
    answer: z.object({ events: z.array(tokenEvent), next_cursor: z.string().nullable() }),
    csv: ({ events }) => ({
      columns: [...CSV_COLUMNS],
      rows: events.map((event) => CSV_COLUMNS.map((column) => event[column])),
    }),
    handle: async ({ path, query: { limit, cursor } }) => {
      const { data, record } = await shownRecord(context, path.name);
      const last = Math.min(record.usage_count, (cursor ?? Number.POSITIVE_INFINITY) - 1);
      const first = Math.max(1, last - limit + 1);
      const uses = last < 1 ? [] : await readUses(data, record, first, last);
      const next_cursor = last > 0 && first > 1 ? cursorOf(first) : null;
      return { answer: { events: uses.reverse().map(showUse), next_cursor } };
    },
  });
}

const CSV_COLUMNS = [
  'event_id',
  'number',
  'timestamp',
  'action',
  'ip_hash',
  'user_agent_normalised',
  'country',
  'transfer_hash',
] as const;

function usageRoute(context: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/tokens/{name}/usage',
    scope: 'tokens:read',
    summary: 'Accepted uses of a token by day or month',
    description:
      'Days of the site’s time zone, of the last 400 days; the first month may lack its beginning.',
    query: z.object({ granularity: z.enum(['daily', 'monthly']).default('daily') }),
    errors: { 404: 'There is no token of this name' },
    answer: z.object({
      token_name: z.string(),
      granularity: z.enum(['daily', 'monthly']),
      points: z.array(z.object({ time_key: z.string(), uses: z.int() })),
    }),
    csv: ({ points }) => ({
      columns: ['time_key', 'uses'],
      rows: points.map(({ time_key, uses }) => [time_key, uses]),
    }),
    handle: async ({ path, query: { granularity } }) => {
      const { opened, record } = await shownRecord(context, path.name);
      const { timezone } = await readSettings(settingsStore(opened));
      const today = calendarOf(timezone).dayOf(context.now());
      const points = (granularity === 'daily' ? dailyUsage : monthlyUsage)(record.days, today);
      return { answer: { token_name: record.token_name, granularity, points } };
    },
  });
}
