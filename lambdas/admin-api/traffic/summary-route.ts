import {
  contentHash,
  finalityOf,
  MEASURES,
  type MeasureName,
  presentRollup,
} from '@sgraph-backbone/layer/rollups';
import { type CsvTable, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { compareParameter } from './compared-times.ts';
import { csvName } from './csv-name.ts';
import { frame, framed, measured } from './frame.ts';
import { QUESTION, type Question, understand } from './question.ts';
import { type RangeAnswer, readRange } from './range.ts';
import { SUMMARY_COLUMNS } from './rows/needed-columns.ts';
import { compareSummary, summaryComparison } from './summary-comparison.ts';
import { visitorsError } from './visitors-error.ts';

const numbers = Object.fromEntries(
  MEASURES.map(({ name, definition }) => [name, measured.meta({ description: definition })]),
) as Record<MeasureName, typeof measured>;

const flat = z.looseObject({
  ...numbers,
  status_breakdown: z.record(z.string(), z.int()).nullable(),
  visitors_bound: z
    .enum(['exact', 'upper'])
    .meta({ description: 'exact: nobody counts twice; upper: some may, under two keys' }),
  visitors_error: measured.meta({
    description: 'standard error of the visitors in percent, at most; 0: counted one by one',
  }),
  period: z.string().nullable(),
  time_key: z.string().nullable(),
  window_start: z.int(),
  window_end: z.int(),
  timezone: z.string(),
  top_paths: z
    .array(z.object({ path: z.string(), count: z.int(), bytes: z.number() }))
    .readonly()
    .nullable(),
  top_countries: z
    .array(z.object({ country: z.string(), count: z.int() }))
    .readonly()
    .nullable(),
  top_referrers: z
    .array(z.object({ referrer: z.string(), count: z.int() }))
    .readonly()
    .nullable(),
  edge_distribution: z.record(z.string(), z.int()).nullable(),
  status_codes: z.record(z.string(), z.int()).nullable(),
});

/** One window or range with all its measures. */
export function summaryRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/sa/traffic/summary',
    scope: 'traffic:read',
    summary: 'One window, all measures',
    query: z.object({ ...QUESTION, compare: compareParameter }),
    answer: framed(flat).extend({ comparison: summaryComparison }),
    csv: ({ query, data, comparison }) => ({
      name: csvName(query, 'summary'),
      ...csv(data, comparison),
    }),
    handle: async ({ query }) => {
      const { data } = await source();
      const question = await understand(data, query, now());
      const answer = await readRange(data, question, { columns: SUMMARY_COLUMNS });
      const range = { ...answer.range, ...question.range.tile };
      const finality = finalityOf(range);
      const { content_hash } = range;
      const requests = (name: keyof typeof range.measures) => range.measures[name].total_requests;
      const flattened = { ...present(range, question, answer), ...finality, content_hash };
      const framed = frame({ question, finality, origin: answer, data: flattened, requests });
      const comparison =
        query.compare === undefined ? null : await compareSummary(data, question, query.compare, range);
      return {
        answer: { ...framed, comparison },
        version: `${content_hash} ${finality.revision} ${question.range.start} ${versionOf(comparison)}`,
      };
    },
  });
}

/** Where a table alone answers a filter, nothing is known of other lists: null, and not empty. */
function present(range: RangeAnswer['range'], { filters, class: of }: Question, { source }: RangeAnswer) {
  const presented = presentRollup(range, of);
  const { unique_visitors, visitor_days } = presented;
  const flat = { ...presented, visitors_error: visitorsError(unique_visitors ?? visitor_days) };
  const [filter] = filters;
  if (filter === undefined || source === 'rows') return flat;
  const unknown = LISTS.filter(([, dimension]) => dimension !== filter.dimension);
  return { ...flat, ...Object.fromEntries(unknown.map(([name]) => [name, null])) };
}

const LISTS = [
  ['top_paths', 'path'],
  ['top_countries', 'country'],
  ['top_referrers', 'referrer_domain'],
  ['edge_distribution', 'edge_location'],
  ['status_codes', 'status_code'],
] as const;

type Comparison = z.infer<typeof summaryComparison>;

function versionOf(comparison: Comparison): string {
  if (comparison === null) return '';
  const { own, other } = comparison;
  return contentHash([own, other].map(({ data, finality }) => ({ data, status: finality.status })));
}

/** One measure a line: what is a list has an address of its own. */
function csv(data: Readonly<Record<string, unknown>>, comparison: Comparison): CsvTable {
  const rows = MEASURES.map(({ name, unit }) => [
    name,
    data[name] as number | null,
    unit,
    ...compared(comparison, name),
  ]);
  const breakdown = Object.entries((data.status_breakdown as Record<string, number> | null) ?? {});
  const statuses = breakdown.map(([status, count]) => [`status_${status}`, count, 'requests']);
  return {
    columns: ['measure', 'value', 'unit', ...(comparison === null ? [] : COMPARED)],
    rows: [...rows, ...statuses],
  };
}

// A window that still runs is compared by the part of it that is over, whose value stands beside the whole one's.
const COMPARED = ['compared_value', 'other_value', 'difference', 'difference_percent'];

function compared(comparison: Comparison, name: MeasureName): (number | null)[] {
  if (comparison === null) return [];
  const { own, other, differences } = comparison;
  const { absolute = null, percent = null } = differences[name] ?? {};
  return [own.data[name] ?? null, other.data[name] ?? null, absolute, percent];
}
