import { CLASSES, type EventBlock, FIELDS } from '@sgraph-backbone/layer/logs';
import type { Counters } from './counters.ts';
import { CACHE, type CountingFacts, REQUEST } from './counting-facts.ts';
import { type Histogram, recordValue } from './histogram.ts';
import type { Weights } from './id-counts.ts';
import type { Summary } from './summary.ts';

/** What the columns need that is found row by row: weights, and the result type that counts. */
export interface RowFacts extends Weights {
  readonly statuses: Int32Array;
  readonly results: Int32Array;
}

/**
 * Counts of requests by everything that decides the scalars: class, page view, API call, transfer, cache and status
 * class make one small number, so that a row costs one addition here instead of one per measure.
 */
export interface RequestCounts {
  readonly byOutcome: Float64Array;
  /** Four per combination of measured fields, by class. */
  readonly byMeasured: Map<number, Float64Array>;
  readonly bytes: Float64Array;
  readonly times: Float64Array;
  readonly firstBytes: Float64Array;
}

export function createRequestCounts(): RequestCounts {
  return {
    byOutcome: new Float64Array(2048),
    byMeasured: new Map(),
    bytes: new Float64Array(CLASSES.length),
    times: new Float64Array(CLASSES.length),
    firstBytes: new Float64Array(CLASSES.length),
  };
}

/** Counts the rows and leaves in `w` what each of them weighs. */
export function countRequests(
  into: RequestCounts,
  block: EventBlock,
  rows: Int32Array,
  count: number,
  facts: CountingFacts,
  w: RowFacts,
): void {
  const { cs_method, cs_uri_stem, sc_status, sc_bytes, measured, sc_content_type, sc_range_start } = block;
  const { classes, bytes, pageViews, errors, statuses, results } = w;
  let fields = -1;
  let byClass = into.bytes;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const status = sc_status[row]!;
    const method = cs_method[row]!;
    const path = cs_uri_stem[row]!;
    const result = block.x_edge_response_result_type[row]! || block.x_edge_result_type[row]!;
    if (measured[row] !== fields) {
      fields = measured[row]!;
      byClass = ofFields(into, fields);
    }
    const request = path === 0 || method === 0 ? 0 : facts.requestOf(method, path);
    const type = sc_content_type[row]!;
    const page =
      isPage(request, status) &&
      (type === 0 || (request & REQUEST.ruledPage) !== 0
        ? (request & (REQUEST.pageLike | REQUEST.ruledPage)) !== 0
        : facts.isHtml(type));
    const down =
      (request & REQUEST.download) !== 0 && (status === 200 || (status === 206 && sc_range_start[row] === 0));
    const up = (request & REQUEST.upload) !== 0 && status >= 200 && status < 300;
    const cache = result !== 0 && facts.isCacheable(method) ? facts.cacheOf(result) : CACHE.neither;
    const group = status < 0 ? 0 : status >= 200 && status < 600 ? (status / 100) | 0 : 1;
    const size = sc_bytes[row]!;
    const weight = Math.max(size, 0);
    const own = classes[row]!;
    const outcome =
      own | (page ? 4 : 0) | ((request & REQUEST.api) !== 0 ? 8 : 0) | (up ? 16 : 0) | (down ? 32 : 0);
    into.byOutcome[outcome | (cache << 6) | (group << 8)]! += 1;
    into.bytes[own]! += weight;
    byClass[own]! += 1;
    pageViews[row] = page ? 1 : 0;
    errors[row] = group >= 4 ? 1 : 0;
    bytes[row] = weight;
    statuses[row] = status + 1;
    results[row] = result;
  }
}

/** Counts the latencies of rows that have them. */
export function countTimes(
  sums: Float64Array,
  histograms: readonly Histogram[],
  values: Int32Array,
  classes: Uint8Array,
  rows: Int32Array,
  count: number,
): void {
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const value = values[row]!;
    if (value < 0) continue;
    const own = classes[row]!;
    sums[own]! += value;
    recordValue(histograms[own]!, value);
  }
}

/** Turns what was counted into the counters of a summary; its histograms are full already. */
export function finishRequests(from: RequestCounts, summary: Summary): void {
  CLASSES.forEach((name, own) => {
    const { counters, time_taken, ttfb } = summary.classes[name];
    for (let outcome = own; outcome < from.byOutcome.length; outcome += 4) {
      if (from.byOutcome[outcome]! > 0) addOutcome(counters, outcome, from.byOutcome[outcome]!);
    }
    for (const [fields, byClass] of from.byMeasured) addUnmeasured(counters, fields, byClass[own]!);
    counters.total_bytes += from.bytes[own]!;
    counters.time_taken_sum += from.times[own]!;
    counters.time_taken_count += total(time_taken);
    counters.ttfb_sum += from.firstBytes[own]!;
    counters.ttfb_count += total(ttfb);
  });
}

function isPage(request: number, status: number): boolean {
  return (request & (REQUEST.page | REQUEST.ruledPage)) !== 0 && (status === 200 || status === 304);
}

function ofFields({ byMeasured }: RequestCounts, fields: number): Float64Array {
  let byClass = byMeasured.get(fields);
  if (!byClass) {
    byClass = new Float64Array(CLASSES.length);
    byMeasured.set(fields, byClass);
  }
  return byClass;
}

const STATUS_GROUPS = ['status_other', 'status_2xx', 'status_3xx', 'status_4xx', 'status_5xx'] as const;

function addOutcome(counters: Counters, outcome: number, count: number) {
  const cache = (outcome >> 6) & 3;
  const group = outcome >> 8;
  counters.total_requests += count;
  if (outcome & 4) counters.page_views += count;
  if (outcome & 8) counters.api_calls += count;
  if (outcome & 16) counters.file_uploads += count;
  if (outcome & 32) counters.file_downloads += count;
  if (cache !== CACHE.neither) counters.cacheable_requests += count;
  if (cache === CACHE.hit) counters.cache_hits += count;
  if (group >= 4) counters.error_count += count;
  if (group > 0) counters[STATUS_GROUPS[group - 1]!] += count;
}

const { status, bytes, method, path, agent, result, edge } = FIELDS;

/** Fields without which a request can't be counted by a measure. */
const NEEDS = [
  ['unmeasured_pages', status | method | path],
  ['unmeasured_api', method | path],
  ['unmeasured_status', status],
  ['unmeasured_cache', method | result],
  ['unmeasured_bytes', bytes],
  ['unmeasured_paths', path],
  ['unmeasured_edges', edge],
  ['classes_unmeasured_requests', agent],
] as const;

function addUnmeasured(counters: Counters, fields: number, count: number) {
  for (const [name, needed] of NEEDS) if ((fields & needed) !== needed) counters[name] += count;
}

function total(histogram: Histogram): number {
  return histogram.counts.reduce((sum, count) => sum + count, 0);
}
