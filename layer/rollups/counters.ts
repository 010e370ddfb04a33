/**
 * The integers of a class that simply add up; everything that is shown is derived from them. `events` are
 * those of applications, requests or not, and 0 in logs. The `unmeasured_*` counters say how many requests (of an
 * application: events) came from a source without the fields that a measure needs; the `sampled_*` ones how
 * many were logged in place of how many thousandths of requests.
 */
export const COUNTERS = [
  'total_requests',
  'page_views',
  'api_calls',
  'file_uploads',
  'file_downloads',
  'token_uses',
  'error_count',
  'status_2xx',
  'status_3xx',
  'status_4xx',
  'status_5xx',
  'status_other',
  'cache_hits',
  'cacheable_requests',
  'total_bytes',
  'time_taken_sum',
  'time_taken_count',
  'ttfb_sum',
  'ttfb_count',
  'visitors_unmeasured_requests',
  'classes_unmeasured_requests',
  'unmeasured_pages',
  'unmeasured_api',
  'unmeasured_status',
  'unmeasured_cache',
  'unmeasured_bytes',
  'unmeasured_paths',
  'unmeasured_edges',
  'unmeasured_tokens',
  'sampled_requests',
  'sampled_thousandths',
  'events',
] as const;
export type Counter = (typeof COUNTERS)[number];
export type Counters = Record<Counter, number>;

export function emptyCounters(): Counters {
  return Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Counters;
}

/** Adds into `into`. Throws RangeError before a sum stops being exact (2⁵³). */
export function addCounters(into: Counters, from: Readonly<Counters>): void {
  for (const name of COUNTERS) {
    into[name] += from[name];
    if (!Number.isSafeInteger(into[name])) throw new RangeError(`${name} is beyond exact integers`);
  }
}

/** Counters that are not 0, in fixed order. */
export function encodeCounters(counters: Readonly<Counters>): Partial<Counters> {
  return Object.fromEntries(COUNTERS.filter((name) => counters[name] !== 0).map((n) => [n, counters[n]]));
}

export function decodeCounters(encoded: Readonly<Partial<Counters>>): Counters {
  return { ...emptyCounters(), ...encoded };
}
