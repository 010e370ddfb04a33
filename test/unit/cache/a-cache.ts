import { randomUUID } from 'node:crypto';
import { type Cache, createCache, type EntryInfo, type StoreRequest } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

export const START = Date.UTC(2026, 1, 16, 14, 30);
export const HOUR = 3_600_000;

/** A cache in memory with a clock that stands still until it is moved. */
export interface TestedCache {
  readonly cache: Cache;
  readonly data: ObjectStore;
  readonly clock: { ms: number };
  /** Keys below a folder. */
  keys(folder?: string): Promise<string[]>;
}

export function aCache({
  data = memoryObjectStore(),
  ttlHours,
}: {
  data?: ObjectStore;
  ttlHours?: (namespace: string) => number | undefined;
} = {}): TestedCache {
  const clock = { ms: START };
  const cache = createCache({ data, now: () => clock.ms, newId: randomUUID, ttlHours });
  const keys = async (folder = '') => {
    const found: string[] = [];
    for await (const row of data.list(folder)) if ('key' in row) found.push(row.key);
    return found;
  };
  return { cache, data, clock, keys };
}

export function aString(text: string, more: Partial<StoreRequest> = {}): StoreRequest {
  return { namespace: 'ns', strategy: 'direct', content: { type: 'string', text }, ...more };
}

export function aJson(value: unknown, more: Partial<StoreRequest> = {}): StoreRequest {
  return aString('', { content: { type: 'json', text: JSON.stringify(value) }, ...more });
}

export function idsOf(entries: readonly EntryInfo[]): string[] {
  return entries.map(({ cacheId }) => cacheId);
}
