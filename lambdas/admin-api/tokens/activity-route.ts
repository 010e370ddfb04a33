import { calendarOf } from '@sgraph-backbone/layer/rollups';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import { dayAfter, readActivity } from '@sgraph-backbone/layer/tokens';
import type { AdminContext } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { shownRecord } from './named-token.ts';
import { rejectedUses } from './rejected-uses.ts';

const DAYS_FORM = 'a whole number from 1 to 31';

const answer = z.object({
  token_name: z.string(),
  hours: z
    .array(z.object({ time_key: z.string(), uses: z.int() }))
    .meta({ description: 'accepted uses of each hour (UTC)' }),
  days: z.array(
    z.object({
      time_key: z.string().meta({ description: 'day of the site’s time zone' }),
      uses: z.int(),
      unique_visitors: z.int().nullable().meta({ description: 'null: no use said where it came from' }),
      rejected: z.int().nullable().meta({ description: 'null: nothing is known of this day yet' }),
    }),
  ),
  rejected_share: z.number().nullable().meta({
    description: 'of all uses of the days of which rejections are known, 0 to 1; null: there were none',
  }),
  complete: z
    .boolean()
    .meta({ description: 'false: only the newest 25,600 uses were read, the earliest days lack some' }),
});

/** Whether somebody abuses a token: when it was used, by how many, and how much was refused. */
export function activityRoute(context: AdminContext): Route {
  const { now } = context;
  return route({
    method: 'GET',
    path: '/api/tokens/{name}/activity',
    scope: 'tokens:read',
    summary: 'Uses of a token by hour, its distinct visitors by day, and the share of refused uses',
    query: z.object({
      days: z
        .string()
        .refine((text) => /^([1-9]|[12]\d|3[01])$/.test(text), { error: DAYS_FORM })
        .default('7')
        .transform(Number)
        .meta({ description: `how many, today included: ${DAYS_FORM}` }),
    }),
    errors: { 404: 'There is no token of this name' },
    answer,
    handle: async ({ path, query }) => {
      const { opened, data, record } = await shownRecord(context, path.name);
      const calendar = calendarOf((await readSettings(settingsStore(opened))).timezone);
      const today = calendar.dayOf(now());
      const keys = Array.from({ length: query.days }, (_, index) => dayAfter(today, index + 1 - query.days));
      const from = calendar.span('daily', keys[0]!).start;
      const span = { from, to: now() + 1, dayOf: calendar.dayOf };
      const { hours, days: used, complete } = await readActivity(data, record, span);
      const rejected = await rejectedUses({ data, calendar, now: now() }, record.token_name, keys);
      const days = keys.map((time_key, index) => {
        const { uses = 0, unique_visitors = null } = used.find((day) => day.time_key === time_key) ?? {};
        return { time_key, uses, unique_visitors, rejected: rejected[index] ?? null };
      });
      const { token_name } = record;
      return { answer: { token_name, hours: [...hours], days, rejected_share: shareOf(days), complete } };
    },
  });
}

function shareOf(
  days: readonly { readonly uses: number; readonly rejected: number | null }[],
): number | null {
  const known = days.filter(({ rejected }) => rejected !== null);
  const rejected = known.reduce((sum, day) => sum + day.rejected!, 0);
  const all = known.reduce((sum, day) => sum + day.uses, rejected);
  return all === 0 ? null : rejected / all;
}
