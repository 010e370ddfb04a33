import {
  type BatchContent,
  type BatchMeta,
  openBatchRows,
  parseBatchMeta,
  readBatchMeta,
  readBatchRows,
} from '@sgraph-backbone/layer/batches';
import { type BatchName, kindOf } from '@sgraph-backbone/layer/ledger';
import { CLASSES, type EventBlock, FIELDS, type Rules } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  decodeSummary,
  type EncodedSummary,
  encodeSummary,
  withVisitors,
} from '@sgraph-backbone/layer/rollups';
import { readRules } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

/** Ids of the lines of a window that have been counted. */
export type SeenLines = Set<number>;

/**
 * What a batch adds to a window in which the lines `seen` are counted already: its sums, or those of its rows
 * without repeats, because real-time logs are delivered at least once. Its lines are seen from then on.
 * Undefined: the batch is gone.
 */
export async function metaWithoutRepeats(
  data: ObjectStore,
  { key }: BatchName,
  seen: SeenLines,
): Promise<BatchMeta | undefined> {
  const meta = await readBatchMeta(data, key);
  if (meta === undefined || kindOf(meta.feed) !== 'realtime') return meta;
  const found = await data.get(key);
  if (found === undefined) return undefined;
  const repeats = takeNew(lineIdsOf(found.bytes, key), seen);
  if (repeats.length === 0) return meta;
  const rules = await readRules(data, meta.rules_version);
  if (rules === undefined) throw new Error(`${key}: rules ${meta.rules_version} are gone`);
  return { ...meta, ...sumsWithout(found.bytes, rules, repeats) };
}

/** The lines of batches that are counted already. Feeds whose deliveries do not repeat have none. */
export async function linesOf(data: ObjectStore, batches: readonly BatchName[]): Promise<SeenLines> {
  const seen: SeenLines = new Set();
  for (const { key } of batches) {
    const found = await data.get(key);
    if (found) takeNew(lineIdsOf(found.bytes, key), seen);
  }
  return seen;
}

/** Whether any of these batches holds one of these lines. */
export async function holdsAny(
  data: ObjectStore,
  batches: readonly BatchName[],
  seen: ReadonlySet<number>,
): Promise<boolean> {
  if (seen.size === 0) return false;
  for (const { key } of batches) {
    const found = await data.get(key);
    if (found && lineIdsOf(found.bytes, key).some((id) => seen.has(id))) return true;
  }
  return false;
}

/** The sums of a batch's rows without some of them, summed under the rules that it names. */
export function sumsWithout(
  bytes: Uint8Array,
  rules: Rules,
  leftOut: readonly number[],
): Pick<BatchContent, 'summary' | 'hosts'> {
  const meta = parseBatchMeta(bytes, 'batch');
  const sum = (rows: number[], left: readonly number[], stored: unknown) =>
    sumOf(meta.feed, rules, block, { rows: Int32Array.from(rows), left, stored: stored as EncodedSummary });
  const block = readBatchRows(bytes);
  const left = new Set(leftOut);
  const kept = Array.from({ length: block.length }, (_, row) => row).filter((row) => !left.has(row));
  const { values } = block.dictionaries.cs_host;
  const hosts = Object.entries(meta.hosts).map(([host, stored]) => {
    const own = (row: number) => values[block.cs_host[row]!] === host;
    return [host, sum(kept.filter(own), leftOut.filter(own), stored)];
  });
  return { summary: sum(kept, leftOut, meta.summary), hosts: Object.fromEntries(hosts) };
}

function lineIdsOf(bytes: Uint8Array, place: string): Float64Array {
  return openBatchRows(bytes, place).read(new Set(['line_id'])).line_id;
}

/** Rows whose line has been seen; the lines of the others are seen from then on. */
function takeNew(ids: Float64Array, seen: SeenLines): number[] {
  const repeats: number[] = [];
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!;
    if (id < 0) continue;
    if (seen.has(id)) repeats.push(row);
    else seen.add(id);
  }
  return repeats;
}

interface Sum {
  readonly rows: Int32Array;
  readonly left: readonly number[];
  readonly stored: EncodedSummary;
}

/**
 * Visitors are those of the batch as it was: a line that is left out has its copy in the same window, under the
 * same day's key. Of the requests without a visitor only those go that are left out.
 */
function sumOf(feed: string, rules: Rules, block: EventBlock, { rows, left, stored }: Sum): EncodedSummary {
  const builder = createSummaryBuilder({ rules, kind: kindOf(feed) });
  if (rows.length > 0) builder.add(block, rows, rows.length);
  const original = decodeSummary(stored);
  builder.exclude(original.excluded_requests);
  for (const row of left) {
    const { counters } = original.classes[CLASSES[block.class[row]!]!];
    if ((block.measured[row]! & FIELDS.visitor) === 0) counters.visitors_unmeasured_requests--;
  }
  return encodeSummary(withVisitors(builder.finish(), original));
}
