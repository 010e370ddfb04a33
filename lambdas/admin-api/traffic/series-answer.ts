import type { Class } from '@sgraph-backbone/layer/logs';
import { type Finality, HEADLINE, HEADLINE_SUMS, type Headline } from '@sgraph-backbone/layer/rollups';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import { measured } from './frame.ts';
import type { ClassChoice } from './question.ts';
import { type SeriesPoint, UNKNOWN_SUMS } from './series-point.ts';

/** Numbers of a point, in the order of the CSV. */
export const NUMBERS = [...HEADLINE, ...HEADLINE_SUMS];

const NUMBERS_SHAPE = Object.fromEntries(NUMBERS.map((name) => [name, measured])) as Record<
  (typeof NUMBERS)[number],
  typeof measured
>;

export const point = z.object({
  time_key: z.string(),
  window_start: z.int(),
  window_end: z.int(),
  status: z.enum(['partial', 'final']),
  ...NUMBERS_SHAPE,
});

export type AnsweredPoint = z.infer<typeof point>;

/** Points as they are answered: the headline of one class. */
export function answeredPoints(points: readonly SeriesPoint[], choice: ClassChoice): AnsweredPoint[] {
  return points.map(({ window, status, headline }) => ({
    time_key: window.time_key,
    window_start: window.start,
    window_end: window.end,
    status,
    ...knownNumbers(headline[choice]),
  }));
}

/** Sums of a time of which nothing is known are 0 inside a headline; said aloud they are not known either. */
function knownNumbers(headline: SeriesPoint['headline'][ClassChoice]): Record<keyof Headline, number | null> {
  if (headline.total_requests !== null) return headline;
  return { ...headline, ...UNKNOWN_SUMS };
}

/** How settled a series is: final if all its points are. */
export function seriesFinality(points: readonly SeriesPoint[], now: number): Finality {
  const sources = points.flatMap(({ source }) => source ?? []);
  const restated = sources.flatMap((source) => source.restated ?? []).sort((a, b) => b.at - a.at)[0];
  const found = points.filter((point) => point.found);
  return {
    status: points.every((point) => point.status === 'final') ? 'final' : 'partial',
    computed_at: Math.min(now, ...sources.map((source) => source.computed_at)),
    revision: Math.max(1, ...sources.map((source) => source.revision)),
    restated: restated ?? null,
    source_count: found.length,
    sources_final: found.filter((point) => point.status === 'final').length,
    gaps: points
      .filter((point) => !point.found && point.status !== 'final')
      .map((point) => point.window.time_key),
  };
}

/** Requests of one class in all points; null when none of them is known. */
export function seriesRequests(points: readonly SeriesPoint[], name: Class): number | null {
  const known = points.flatMap(({ headline }) => headline[name].total_requests ?? []);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}
