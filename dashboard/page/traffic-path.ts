import type { ResolvedView } from './resolved-view.ts';
import { spanOf } from './time-keys.ts';

const BASE = '/api/sa/traffic';
const LONGEST_LIST = '1000';

/** API address of a window's measures. */
export function summaryPath(view: ResolvedView): string {
  return path('summary', { period: view.period, key: view.key, ...source(view) });
}

/** API address of a window's course. */
export function seriesPath(view: ResolvedView, granularity: string): string {
  return path('timeseries', { ...spanOf(view.period, view.key), granularity, ...source(view) });
}

/** API address of a top list, whole: roll-ups keep at most some hundred values of a dimension. */
export function topPath(view: ResolvedView, dimension: string): string {
  const window = { period: view.period, key: view.key };
  return path(`top/${dimension}`, { ...window, ...source(view), limit: LONGEST_LIST });
}

/** The same question, answered as CSV. */
export function asCsv(question: string): string {
  return `${question}&format=csv`;
}

function source(view: ResolvedView): Record<string, string | undefined> {
  return { feed: view.feed, host: view.host, class: view.class };
}

function path(name: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return `${BASE}/${name}?${new URLSearchParams(given)}`;
}
