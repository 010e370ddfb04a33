import type { ResolvedView } from './resolved-view.ts';
import { spanOf } from './time-keys.ts';

const BASE = '/api/sa/traffic';
const LONGEST_LIST = '1000';

/** API address of a window's measures, beside those of the time that it is compared with. */
export function summaryPath(view: ResolvedView): string {
  return path('summary', view, { period: view.period, key: view.key, compare: compared(view) });
}

/** API address of a window's course. */
export function seriesPath(view: ResolvedView, granularity: string): string {
  const span = spanOf(view.period, view.key);
  return path('timeseries', view, { ...span, granularity, compare: compared(view) });
}

/** API address of a top list, whole: roll-ups keep at most some hundred values of a dimension. */
export function topPath(view: ResolvedView, dimension: string, sort = 'requests'): string {
  return path(`top/${dimension}`, view, { period: view.period, key: view.key, sort, limit: LONGEST_LIST });
}

/** The same question, answered as CSV. */
export function asCsv(question: string): string {
  return `${question}&format=csv`;
}

function compared({ compare }: ResolvedView): string | undefined {
  return compare === 'none' ? undefined : compare;
}

function path(name: string, view: ResolvedView, own: Record<string, string | undefined>): string {
  const all = { ...own, feed: view.feed, host: view.host, class: view.class };
  const given = Object.entries(all).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const filters = view.filters.map((filter): [string, string] => ['filter', filter]);
  return `${BASE}/${name}?${new URLSearchParams([...given, ...filters])}`;
}
