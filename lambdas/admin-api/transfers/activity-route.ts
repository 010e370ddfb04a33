import { finalityOf } from '@sgraph-backbone/layer/rollups';
import { malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { TRANSFER_EVENTS } from '@sgraph-backbone/layer/transfers';
import type { AdminContext } from '../admin-source.ts';
import { settled, told } from '../traffic/frame.ts';
import { understand } from '../traffic/question.ts';
import { readRange } from '../traffic/range.ts';
import { listColumns } from '../traffic/rows/needed-columns.ts';
import { topOf } from '../traffic/top.ts';

const PERIODS = ['daily', 'monthly'] as const;
const measured = z.int().nullable();

const activity = z.object({
  period: z.enum(PERIODS),
  key: z.string(),
  window_start: z.int(),
  window_end: z.int(),
  finality: settled,
  total_views: measured,
  total_downloads: measured,
  counts: z.record(z.enum(TRANSFER_EVENTS), measured).meta({ description: 'null: not measured' }),
});

/** Activity of all transfers together, from the roll-ups of application events. */
export function activityRoute(context: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/transfers/activity/{period}/{key}',
    scope: 'transfers:read',
    summary: 'What happened to all transfers in a day or a month',
    answer: activity,
    handle: async ({ path }) => {
      const { data } = await context.source();
      const asked = {
        period: periodOf(path.period),
        key: path.key,
        feed: 'application',
        class: 'all',
      } as const;
      const question = await understand(data, asked, context.now());
      const need = { columns: listColumns('event_type'), list: 'event_type' } as const;
      const { range } = await readRange(data, question, need);
      const counts = countsOf(range);
      return {
        answer: {
          period: asked.period,
          key: question.range.tile!.time_key,
          window_start: question.range.start,
          window_end: question.range.end,
          finality: told(finalityOf(range)),
          total_views: counts.viewed,
          total_downloads: counts.download_completed,
          counts,
        },
        version: `${range.content_hash} ${range.revision}`,
      };
    },
  });
}

type Range = Awaited<ReturnType<typeof readRange>>['range'];
type Counts = Record<(typeof TRANSFER_EVENTS)[number], number | null>;

/** The table of types counts events, requests or not. */
function countsOf(range: Range): Counts {
  const wanted = { dimension: 'event_type', class: 'all', sort: 'requests', offset: 0 } as const;
  const { entries } = topOf(range, { ...wanted, limit: Number.POSITIVE_INFINITY });
  const isKnown = range.measures.all.total_requests !== null;
  const counts = TRANSFER_EVENTS.map((name) => {
    const entry = entries.find(({ value }) => value === `transfer_${name}`);
    return [name, entry?.requests ?? (isKnown ? 0 : null)] as const;
  });
  return Object.fromEntries(counts) as Counts;
}

function periodOf(given: string): (typeof PERIODS)[number] {
  const period = PERIODS.find((one) => one === given);
  if (period !== undefined) return period;
  throw malformed([{ name: 'period', given, accepted: PERIODS.join(', ') }]);
}
