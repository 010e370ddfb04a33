import type { Value } from './answers.ts';
import { measured } from './answers.ts';
import type { Unit } from './numbers.ts';

/** A measure as the page shows it. */
export interface Shown {
  readonly measure: string;
  readonly title: string;
  readonly unit: Unit;
}

/** The headline, in reading order: who came, what they did, what went wrong, how fast it was. */
export const HEADLINE: readonly Shown[] = [
  { measure: 'visitors', title: 'Unique visitors', unit: 'count' },
  { measure: 'page_views', title: 'Page views', unit: 'count' },
  { measure: 'total_requests', title: 'Requests', unit: 'count' },
  { measure: 'file_uploads', title: 'Uploads', unit: 'count' },
  { measure: 'file_downloads', title: 'Downloads', unit: 'count' },
  { measure: 'error_count', title: 'Errors', unit: 'count' },
  { measure: 'total_bytes', title: 'Data sent', unit: 'bytes' },
  { measure: 'cache_hit_rate', title: 'Cache hits', unit: 'percent' },
  { measure: 'p50_time_taken', title: 'Median', unit: 'ms' },
  { measure: 'p95_time_taken', title: '95 % within', unit: 'ms' },
];

/** What the headline leaves out. */
export const FURTHER: readonly Shown[] = [
  { measure: 'api_calls', title: 'API calls', unit: 'count' },
  { measure: 'token_uses', title: 'Invitations used', unit: 'count' },
  { measure: 'unique_paths', title: 'Different paths', unit: 'count' },
  { measure: 'unique_agents', title: 'Different agents', unit: 'count' },
  { measure: 'unique_edges', title: 'Edge locations', unit: 'count' },
  { measure: 'avg_time_taken', title: 'Average time', unit: 'ms' },
  { measure: 'p99_time_taken', title: '99 % within', unit: 'ms' },
  { measure: 'avg_ttfb', title: 'Average time to first byte', unit: 'ms' },
  { measure: 'excluded_requests', title: 'Requests excluded by settings', unit: 'count' },
  { measure: 'visitors_unmeasured_requests', title: 'Requests without an address', unit: 'count' },
  { measure: 'classes_unmeasured_requests', title: 'Requests without an agent column', unit: 'count' },
];

/** What a chart can plot: the headline numbers that every point of a series carries. */
export const PLOTTED: readonly Shown[] = [
  { measure: 'total_requests', title: 'Requests', unit: 'count' },
  { measure: 'visitors', title: 'Unique visitors', unit: 'count' },
  { measure: 'page_views', title: 'Page views', unit: 'count' },
  { measure: 'error_count', title: 'Errors', unit: 'count' },
  { measure: 'total_bytes', title: 'Data sent', unit: 'bytes' },
  { measure: 'cache_hit_rate', title: 'Cache hits', unit: 'percent' },
];

const DAY_AT_MOST = 25 * 3_600_000;

/** The measure under its API name: visitors of what is longer than a day are the sum of its days' visitors. */
export function apiName(data: Readonly<Record<string, unknown>>, measure: string): string {
  if (measure !== 'visitors') return measure;
  if (typeof data.unique_visitors === 'number') return 'unique_visitors';
  const isLong = Number(data.window_end) - Number(data.window_start) > DAY_AT_MOST;
  return isLong || typeof data.visitor_days === 'number' ? 'visitor_days' : 'unique_visitors';
}

/** What a measure is called under its API name. */
export function titleOf({ title }: Shown, name: string): string {
  return name === 'visitor_days' ? 'Visitor days' : title;
}

/** What a measure of a chart's points is called: of weeks and months they are visitor days. */
export function plottedTitle(shown: Shown, granularity: string): string {
  const isLong = granularity === 'weekly' || granularity === 'monthly';
  return titleOf(shown, shown.measure === 'visitors' && isLong ? 'visitor_days' : shown.measure);
}

export function shownValue(data: Readonly<Record<string, unknown>>, measure: string): Value {
  return measured(data, apiName(data, measure));
}
