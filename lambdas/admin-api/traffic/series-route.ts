import { contentHash, PERIODS } from '@sgraph-backbone/layer/rollups';
import { type CsvTable, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { compareParameter } from './compared-times.ts';
import { csvName } from './csv-name.ts';
import { frame, framed } from './frame.ts';
import { chooseGranularity, seriesWindows } from './granularity.ts';
import { instantText } from './instant.ts';
import { QUESTION, understand } from './question.ts';
import {
  type AnsweredPoint,
  answeredPoints,
  NUMBERS,
  point,
  seriesFinality,
  seriesRequests,
} from './series-answer.ts';
import { compareSeries, seriesComparison } from './series-comparison.ts';
import { readSeries } from './timeseries.ts';

const granularity = z
  .enum(PERIODS)
  .optional()
  .meta({ description: 'length of a point; default: one that suits the range' });

/** Headline numbers over time. */
export function seriesRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/sa/traffic/timeseries',
    scope: 'traffic:read',
    summary: 'A series of headline numbers, at most 1,000 points',
    query: z.object({ ...QUESTION, granularity, compare: compareParameter }),
    answer: framed(z.object({ points: z.array(point) })).extend({ comparison: seriesComparison }),
    csv: ({ query, data, comparison }) => ({
      name: csvName(query, `series-${query.granularity}`),
      ...csv(data.points, comparison),
    }),
    handle: async ({ query }) => {
      const { data } = await source();
      const question = await understand(data, query, now());
      const chosen = chooseGranularity(query.granularity, question.range, question.calendar);
      const windows = seriesWindows(chosen, question.range, question.calendar);
      const { points: series, ...origin } = await readSeries(data, question, windows);
      const points = answeredPoints(series, query.class);
      const finality = seriesFinality(series, question.now);
      const from = instantText(windows[0]!.start);
      const to = instantText(windows.at(-1)!.end);
      const framed = frame({
        question,
        more: { granularity: chosen, from, to },
        finality,
        origin,
        data: { points },
        requests: (name) => seriesRequests(series, name),
      });
      const { compare } = query;
      const comparison =
        compare === undefined
          ? null
          : await compareSeries(data, question, { compare, granularity: chosen }, points);
      return {
        answer: { ...framed, comparison },
        version: contentHash({
          points,
          finality: { ...finality, computed_at: 0 },
          expired: origin.expired,
          other: comparison?.other.points ?? null,
        }),
      };
    },
  });
}

const COLUMNS = ['time_key', 'window_start', 'window_end', 'status', ...NUMBERS];

type Comparison = z.infer<typeof seriesComparison>;

/** One point a line, and beside it the one that it is compared with. */
function csv(points: readonly AnsweredPoint[], comparison: Comparison): CsvTable {
  const others = comparison?.other.points;
  return {
    columns: [...COLUMNS, ...(others ? COLUMNS.map((name) => `other_${name}`) : [])],
    rows: points.map((own, index) => [...csvRow(own), ...(others ? csvRow(others[index]) : [])]),
  };
}

function csvRow(answered: AnsweredPoint | undefined) {
  if (answered === undefined) return COLUMNS.map(() => null);
  const { time_key, window_start, window_end, status } = answered;
  const numbers = NUMBERS.map((name) => answered[name]);
  return [time_key, instantText(window_start), instantText(window_end), status, ...numbers];
}
