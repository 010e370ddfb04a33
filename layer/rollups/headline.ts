import type { Counter } from './counters.ts';
import type { MeasureName, Measures } from './measures.ts';

/** Measures that a roll-up keeps of each of its children, so that a series is read from parents. */
export const HEADLINE = [
  'total_requests',
  'page_views',
  'unique_visitors',
  'visitor_days',
  'error_count',
  'total_bytes',
  'cache_hit_rate',
] as const satisfies readonly MeasureName[];

/** Integer sums that rates come from, so that points of several feeds add up. */
export const HEADLINE_SUMS = [
  'cache_hits',
  'cacheable_requests',
  'time_taken_sum',
  'time_taken_count',
] as const satisfies readonly Counter[];

type Sum = (typeof HEADLINE_SUMS)[number];

export type Headline = Readonly<Record<(typeof HEADLINE)[number], number | null>> &
  Readonly<Record<Sum, number>>;

export function headlineOf(measures: Measures, sumOf: (name: Sum) => number): Headline {
  const numbers = HEADLINE.map((name) => [name, measures[name]]);
  const sums = HEADLINE_SUMS.map((name) => [name, sumOf(name)]);
  return Object.fromEntries([...numbers, ...sums]) as Headline;
}

/**
 * Headlines of several feeds at one time, or of several times, as one. A number is null where nothing that had
 * requests measured it; visitors are added, an upper bound.
 */
export function mergeHeadlines(headlines: readonly Headline[]): Headline {
  const known = headlines.filter((headline) => headline.total_requests !== null);
  const busy = known.filter((headline) => headline.total_requests !== 0);
  const numbers = HEADLINE.map((name) => [name, addUp(busy.length > 0 ? busy : known, name)]);
  const sums = HEADLINE_SUMS.map((name) => [name, headlines.reduce((sum, of) => sum + of[name], 0)]);
  const merged = Object.fromEntries([...numbers, ...sums]) as Headline;
  const { cache_hits, cacheable_requests } = merged;
  return {
    ...merged,
    cache_hit_rate: cacheable_requests > 0 ? (cache_hits / cacheable_requests) * 100 : null,
  };
}

function addUp(headlines: readonly Headline[], name: (typeof HEADLINE)[number]): number | null {
  const values = headlines.flatMap((headline) => headline[name] ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
