import { listFeeds } from '@sgraph-backbone/layer/ledger';
import { CLASSES } from '@sgraph-backbone/layer/logs';
import {
  type Calendar,
  calendarOf,
  finalityOf,
  MEASURES,
  type MeasureName,
  PERIODS,
  type Period,
  presentRollup,
} from '@sgraph-backbone/layer/rollups';
import { malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { AdminContext } from '../admin-source.ts';
import { measured, settled, told } from '../traffic/frame.ts';
import { understand } from '../traffic/question.ts';
import { readRange } from '../traffic/range.ts';
import { SUMMARY_COLUMNS } from '../traffic/rows/needed-columns.ts';

const SCALARS = [
  'total_requests',
  'unique_visitors',
  'visitor_days',
  'page_views',
  'api_calls',
  'file_uploads',
  'file_downloads',
  'token_uses',
  'error_count',
  'total_bytes',
] as const satisfies readonly MeasureName[];

const scalars = Object.fromEntries(
  MEASURES.filter(({ name }) => (SCALARS as readonly string[]).includes(name)).map(({ name, definition }) => [
    name,
    measured.meta({ description: definition }),
  ]),
) as Record<(typeof SCALARS)[number], typeof measured>;

const answer = z.object({
  window_start: z.int().meta({ description: 'epoch milliseconds' }),
  window_end: z.int().meta({ description: 'exclusive' }),
  window_type: z.enum(PERIODS),
  time_key: z.string(),
  timezone: z.string(),
  feed: z.string(),
  class: z.string(),
  ...scalars,
  avg_duration_ms: measured,
  top_paths: z.array(z.object({ path: z.string(), count: z.int(), bytes: z.number() })).readonly(),
  top_countries: z.array(z.object({ country: z.string(), count: z.int() })).readonly(),
  top_referrers: z.array(z.object({ referrer: z.string(), count: z.int() })).readonly(),
  status_codes: z.record(z.string(), z.int()),
  finality: settled,
});

const QUERY = z.object({
  app: z.string().optional().meta({ description: 'one application; default: all of them together' }),
  class: z
    .enum(['all', ...CLASSES])
    .default('all')
    .meta({ description: 'who asked' }),
});
type Query = z.infer<typeof QUERY>;

/** Roll-ups of applications under the names of the predecessor's aggregation. */
export function windowRoutes({ source, now }: AdminContext): Route[] {
  const read = async (period: Period, key: string, query: Query) =>
    readWindow((await source()).data, period, key, query, now());
  return [
    route({
      method: 'GET',
      path: '/api/analytics/latest/{period}',
      scope: 'traffic:read',
      summary: 'The newest window in which an application had an event',
      query: QUERY,
      answer,
      handle: async ({ path, query }) => {
        const { data } = await source();
        const period = periodOf(path.period);
        return read(period, await latestKey(data, period, query, now()), query);
      },
    }),
    route({
      method: 'GET',
      path: '/api/analytics/{period}/{key}',
      scope: 'traffic:read',
      summary: 'What applications reported in one window',
      query: QUERY,
      answer,
      handle: ({ path, query }) => read(periodOf(path.period), path.key, query),
    }),
  ];
}

async function readWindow(data: ObjectStore, period: Period, key: string, query: Query, now: number) {
  const asked = { period, key, class: query.class, feed: feedAsked(query) };
  const question = await understand(data, asked, now);
  const { range } = await readRange(data, question, { columns: SUMMARY_COLUMNS });
  const flat = presentRollup(range, query.class);
  const { window_start, window_end, timezone, avg_duration_ms } = flat;
  const { top_paths, top_countries, top_referrers, status_codes } = flat;
  return {
    answer: {
      window_start,
      window_end,
      window_type: period,
      time_key: question.range.tile?.time_key ?? key,
      timezone,
      feed: question.feed,
      class: query.class,
      ...(Object.fromEntries(SCALARS.map((name) => [name, flat[name]])) as Record<
        (typeof SCALARS)[number],
        number | null
      >),
      avg_duration_ms,
      top_paths,
      top_countries,
      top_referrers,
      status_codes,
      finality: told(finalityOf(range)),
    },
  };
}

function feedAsked({ app }: Query): string {
  return app === undefined ? 'application' : `application.${app}`;
}

function periodOf(text: string): Period {
  const period = PERIODS.find((known) => known === text);
  if (period) return period;
  throw malformed([{ name: 'period', given: text, accepted: PERIODS.join(', ') }]);
}

/** The window of the newest event; of now, where there was none. */
async function latestKey(data: ObjectStore, period: Period, query: Query, now: number): Promise<string> {
  const { timezone } = await readSettings(data);
  const calendar: Calendar = calendarOf(timezone);
  const feed = feedAsked(query);
  const own = (await listFeeds(data)).filter((one) => one.feed === feed || one.feed.startsWith(`${feed}.`));
  const newest = own.reduce((last, { newest_event }) => Math.max(last, newest_event), 0);
  return calendar.keyAt(period, newest === 0 ? now : Math.min(newest, now));
}
