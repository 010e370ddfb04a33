import { createHash } from 'node:crypto';
import {
  type BatchContent,
  type BatchMeta,
  type BatchRows,
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
import type { SeenIds } from './seen-ids.ts';

/** Whether a kind is delivered at least once, in any object, so that what repeats must be found by its id. */
export function repeats(feed: string): boolean {
  return kindOf(feed) !== 'standard';
}

/**
 * What a batch adds to a window in which the ids `seen` are counted already: its sums, or those of its rows without
 * repeats. Its ids are seen from then on. Undefined: the batch is gone.
 */
export async function metaWithoutRepeats(
  data: ObjectStore,
  { key }: BatchName,
  seen: SeenIds | undefined,
): Promise<BatchMeta | undefined> {
  if (seen === undefined) return readBatchMeta(data, key);
  const found = await data.get(key);
  if (found === undefined) return undefined;
  const meta = parseBatchMeta(found.bytes, key);
  const repeated = takeNew(idsOf(found.bytes, key), seen);
  if (repeated.length === 0) return meta;
  const rules = await readRules(data, meta.rules_version);
  if (rules === undefined) throw new Error(`${key}: rules ${meta.rules_version} are gone`);
  return { ...meta, ...sumsWithout(found.bytes, rules, repeated) };
}

/** Adds the ids of batches that are counted already. */
export async function seeBatches(
  data: ObjectStore,
  batches: readonly BatchName[],
  seen: SeenIds,
): Promise<void> {
  for (const { key } of batches) {
    const found = await data.get(key);
    if (found) takeNew(idsOf(found.bytes, key), seen);
  }
}

/** Whether any of these batches holds one of these ids. */
export async function holdsAny(
  data: ObjectStore,
  batches: readonly BatchName[],
  seen: SeenIds,
): Promise<boolean> {
  if (seen.size === 0) return false;
  for (const { key } of batches) {
    const found = await data.get(key);
    if (found && idsOf(found.bytes, key).some((id) => seen.has(id))) return true;
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

/** Ids of a batch's rows by which repeats are known; negative: the row has none. */
export function rowIds(batch: BatchRows): Float64Array {
  if (kindOf(batch.feed) !== 'application') return batch.read(new Set(['line_id'])).line_id;
  const { event_id, dictionaries, length } = batch.read(new Set(['event_id']));
  const known = new Map<number, number>();
  return Float64Array.from({ length }, (_, row) => {
    const text = event_id[row]!;
    if (text === 0) return -1;
    const id = known.get(text) ?? idOfText(dictionaries.event_id.values[text]!);
    known.set(text, id);
    return id;
  });
}

/** 53 bits: what a number holds exactly. */
function idOfText(text: string): number {
  const hash = createHash('sha256').update(text).digest();
  return hash.readUInt32BE(0) * 2 ** 21 + (hash.readUInt32BE(4) >>> 11);
}

function idsOf(bytes: Uint8Array, place: string): Float64Array {
  return rowIds(openBatchRows(bytes, place));
}

/** Rows whose id has been seen; the ids of the others are seen from then on. */
function takeNew(ids: Float64Array, seen: SeenIds): number[] {
  const repeated: number[] = [];
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row]!;
    if (id < 0) continue;
    if (seen.has(id)) repeated.push(row);
    else seen.add(id);
  }
  return repeated;
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
