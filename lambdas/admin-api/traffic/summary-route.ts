import { finalityOf, MEASURES, type MeasureName, presentRollup } from '@sgraph-backbone/layer/rollups';
import { type CsvTable, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { frame, framed, measured } from './frame.ts';
import { QUESTION, understand } from './question.ts';
import { readRange } from './range.ts';

const numbers = Object.fromEntries(
  MEASURES.map(({ name, definition }) => [name, measured.meta({ description: definition })]),
) as Record<MeasureName, typeof measured>;

const flat = z.looseObject({
  ...numbers,
  status_breakdown: z.record(z.string(), z.int()).nullable(),
  visitors_bound: z.enum(['exact', 'upper']),
  period: z.string().nullable(),
  time_key: z.string().nullable(),
  window_start: z.int(),
  window_end: z.int(),
  timezone: z.string(),
  top_paths: z.array(z.object({ path: z.string(), count: z.int(), bytes: z.number() })).readonly(),
  top_countries: z.array(z.object({ country: z.string(), count: z.int() })).readonly(),
  top_referrers: z.array(z.object({ referrer: z.string(), count: z.int() })).readonly(),
  edge_distribution: z.record(z.string(), z.int()),
  status_codes: z.record(z.string(), z.int()),
});

/** One window or range with all its measures. */
export function summaryRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/sa/traffic/summary',
    scope: 'traffic:read',
    summary: 'One window, all measures',
    query: z.object(QUESTION),
    answer: framed(flat),
    csv: ({ data }) => csv(data),
    handle: async ({ query }) => {
      const { data } = await source();
      const question = await understand(data, query, now());
      const range = { ...(await readRange(data, question)), ...question.range.tile };
      const finality = finalityOf(range);
      const { content_hash } = range;
      const flattened = { ...presentRollup(range, query.class), ...finality, content_hash };
      const requests = (name: keyof typeof range.measures) => range.measures[name].total_requests;
      return {
        answer: frame({ question, finality, data: flattened, requests }),
        version: `${content_hash} ${finality.revision} ${question.range.start}`,
      };
    },
  });
}

/** One measure a line: what is a list has an address of its own. */
function csv(data: Readonly<Record<string, unknown>>): CsvTable {
  const rows = MEASURES.map(({ name, unit }) => [name, data[name] as number | null, unit]);
  const breakdown = Object.entries((data.status_breakdown as Record<string, number> | null) ?? {});
  const statuses = breakdown.map(([status, count]) => [`status_${status}`, count, 'requests']);
  return { columns: ['measure', 'value', 'unit'], rows: [...rows, ...statuses] };
}
