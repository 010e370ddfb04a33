import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import type { CostRollupName } from './cost-rollup.ts';

const NAMESPACE = NAMESPACES.costs;

/** Key of the lines of one reading: its name is made of its content, so that writing it again changes nothing. */
export function readingKey(date: string, content_hash: string): string {
  return keyBasedPath(NAMESPACE, `raw/${date.slice(0, 7)}`, `${date}-${content_hash.slice(0, 32)}`, 'json');
}

/** Key of what was read of a month's days. */
export function monthKey(month: string): string {
  return keyBasedPath(NAMESPACE, 'readings', month, 'json');
}

export function costRollupKey({ period, time_key }: CostRollupName): string {
  return keyBasedPath(NAMESPACE, period, time_key, 'json');
}

export function collectorKey(): string {
  return keyBasedPath(NAMESPACE, 'collector', 'state', 'json');
}

/** Key of the count of calls of a UTC day. */
export function callsKey(date: string): string {
  return keyBasedPath(NAMESPACE, 'collector/calls', date, 'json');
}
