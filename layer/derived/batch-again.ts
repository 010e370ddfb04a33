import { createBatchSet, parseBatchMeta, readBatchRows } from '@sgraph-backbone/layer/batches';
import { kindOf, rawBatchKey, type WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { applyRules, type EventBlock, type Rules } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  decodeSummary,
  type EncodedSummary,
  emptySummary,
  encodeSummary,
  withVisitors,
} from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

export interface AgainOptions {
  readonly rules: Rules;
  readonly rules_version: string;
  readonly hosts: readonly string[];
  readonly temporaryFolder: string;
}

/**
 * The batch of an object's next generation, from the rows of its present one under today's rules; undefined
 * when the present one is gone. Visitors keep the class and the host that they had: their hashes are in no row.
 */
export async function batchAgain(
  data: ObjectStore,
  window: WindowOfFeed,
  from: { readonly object_id: string; readonly generation: number },
  generation: number,
  options: AgainOptions,
): Promise<Uint8Array | undefined> {
  const key = rawBatchKey(window.feed, window.window, from.object_id, from.generation);
  const found = await data.get(key);
  if (found === undefined) return undefined;
  const meta = parseBatchMeta(found.bytes, key);
  const { block, rows, excluded } = applyRules(readBatchRows(found.bytes, key), options.rules);
  const sum = (own: Int32Array, stored: EncodedSummary | undefined, left: number) =>
    sumOf(window.feed, options.rules, block, own, stored, left);
  const hosts = options.hosts.map((host) => [
    host,
    sum(rowsOfHost(block, rows, host), meta.hosts[host] as EncodedSummary | undefined, 0),
  ]);
  const batches = createBatchSet(options.temporaryFolder);
  try {
    batches.add(window.feed, window.window, block, rows, rows.length);
    const finished = batches.finish(window.feed, window.window, {
      object_id: from.object_id,
      generation,
      rules_version: options.rules_version,
      summary: sum(rows, meta.summary as EncodedSummary, excluded),
      hosts: Object.fromEntries(hosts),
    });
    return finished.bytes;
  } finally {
    batches.close();
  }
}

function sumOf(
  feed: string,
  rules: Rules,
  block: EventBlock,
  rows: Int32Array,
  stored: EncodedSummary | undefined,
  excluded: number,
): EncodedSummary {
  const builder = createSummaryBuilder({ rules, kind: kindOf(feed) });
  if (rows.length > 0) builder.add(block, rows, rows.length);
  const original = stored === undefined ? emptySummary() : decodeSummary(stored);
  builder.exclude(original.excluded_requests + excluded);
  return encodeSummary(withVisitors(builder.finish(), original));
}

function rowsOfHost(block: EventBlock, rows: Int32Array, host: string): Int32Array {
  const values = block.dictionaries.cs_host.values;
  return rows.filter((row) => values[block.cs_host[row] as number] === host);
}
