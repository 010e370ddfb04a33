import type { EventBlock } from '@sgraph-backbone/layer/logs';
import { windowKey, windowStart } from '@sgraph-backbone/layer/rollups';

/** The rows of one block that fall into one window of one distribution; `rows` is reused by the next block. */
export interface RowsOfWindow {
  readonly distribution: string;
  readonly window: string;
  readonly rows: Int32Array;
  readonly count: number;
}

interface Bucket {
  readonly distribution: string;
  readonly window: string;
  rows: Int32Array;
  count: number;
}

/** Sorts the rows of blocks into windows by event time; rows keep their order. */
export function createWindowRows(): (block: EventBlock) => Iterable<RowsOfWindow> {
  const buckets = new Map<number, Map<number, Bucket>>();
  return function* (block) {
    for (const bucket of sortRows(buckets, block)) {
      yield bucket;
      bucket.count = 0;
    }
    if (buckets.size > MOST_BUCKETS) buckets.clear();
  };
}

// A log object rarely spans more than a day; one that spans years must not keep a buffer for each half-hour.
const MOST_BUCKETS = 500;

function sortRows(buckets: Map<number, Map<number, Bucket>>, block: EventBlock): Set<Bucket> {
  const touched = new Set<Bucket>();
  let bucket: Bucket | undefined;
  let start = 0;
  let distribution = -1;
  for (let row = 0; row < block.length; row++) {
    const time = block.timestamp[row] as number;
    const id = block.distribution[row] as number;
    // Neighbours are mostly of the same window, so that the look-up is rare.
    if (bucket === undefined || id !== distribution || time < start || time >= start + 1_800_000) {
      start = windowStart(time);
      distribution = id;
      bucket = bucketOf(buckets, block, start, id);
      touched.add(bucket);
    }
    if (bucket.count === bucket.rows.length) grow(bucket);
    bucket.rows[bucket.count++] = row;
  }
  return touched;
}

function bucketOf(
  buckets: Map<number, Map<number, Bucket>>,
  block: EventBlock,
  start: number,
  id: number,
): Bucket {
  const distribution = block.dictionaries.distribution.values[id] as string;
  const ofWindow = buckets.get(start) ?? new Map<number, Bucket>();
  buckets.set(start, ofWindow);
  const known = ofWindow.get(id);
  // Ids are renewed with the dictionaries.
  if (known?.distribution === distribution) return known;
  const bucket = { distribution, window: windowKey(start), rows: new Int32Array(256), count: 0 };
  ofWindow.set(id, bucket);
  return bucket;
}

function grow(bucket: Bucket): void {
  const rows = new Int32Array(bucket.rows.length * 2);
  rows.set(bucket.rows);
  bucket.rows = rows;
}
