import { contentHash, HEADLINE, HEADLINE_SUMS, PERIODS } from '@sgraph-backbone/layer/rollups';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { frame, framed, measured } from './frame.ts';
import { chooseGranularity, seriesWindows } from './granularity.ts';
import { instantText } from './instant.ts';
import { QUESTION, understand } from './question.ts';
import { answeredPoints, seriesFinality, seriesRequests } from './series-answer.ts';
import { readSeries } from './timeseries.ts';

const NUMBERS = [...HEADLINE, ...HEADLINE_SUMS];

const NUMBERS_SHAPE = Object.fromEntries(NUMBERS.map((name) => [name, measured])) as Record<
  (typeof NUMBERS)[number],
  typeof measured
>;

const point = z.object({
  time_key: z.string(),
  window_start: z.int(),
  window_end: z.int(),
  status: z.enum(['partial', 'final']),
  ...NUMBERS_SHAPE,
});

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
    query: z.object({ ...QUESTION, granularity }),
    answer: framed(z.object({ points: z.array(point) })),
    csv: ({ data }) => ({ columns: COLUMNS, rows: data.points.map(csvRow) }),
    handle: async ({ query }) => {
      const { data } = await source();
      const question = await understand(data, query, now());
      const chosen = chooseGranularity(query.granularity, question.range, question.calendar);
      const windows = seriesWindows(chosen, question.range, question.calendar);
      const series = await readSeries(data, question, windows);
      const points = answeredPoints(series, query.class);
      const finality = seriesFinality(series, question.now);
      return {
        answer: frame({
          question,
          more: {
            granularity: chosen,
            from: instantText(windows[0]!.start),
            to: instantText(windows.at(-1)!.end),
          },
          finality,
          data: { points },
          requests: (name) => seriesRequests(series, name),
        }),
        version: contentHash({ points, finality: { ...finality, computed_at: 0 } }),
      };
    },
  });
}

const COLUMNS = ['time_key', 'window_start', 'window_end', 'status', ...NUMBERS];

function csvRow(answered: z.infer<typeof point>) {
  const { time_key, window_start, window_end, status } = answered;
  const numbers = NUMBERS.map((name) => answered[name]);
  return [time_key, instantText(window_start), instantText(window_end), status, ...numbers];
}
