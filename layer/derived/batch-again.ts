import { createBatchSet, parseBatchMeta, readBatchRows } from '@sgraph-backbone/layer/batches';
import { kindOf, rawBatchKey, type WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { applyRules, type EventBlock, type Rules } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  decodeSummary,
  type EncodedSummary,
  encodeSummary,
  type Summary,
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
  const all = Int32Array.from({ length: block.length }, (_, row) => row);
  const hosts = options.hosts.map((host) => {
    const own = rowsOfHost(block, rows, host);
    const left = rowsOfHost(block, all, host).length - own.length;
    return [host, sum(own, meta.hosts[host] as EncodedSummary | undefined, left)];
  });
  const batches = createBatchSet(options.temporaryFolder);
  try {
    batches.add(window.feed, window.window, block, rows, rows.length);
    const finished = batches.finish(window.feed, window.window, {
      object_id: from.object_id,
      generation,
      rules_version: options.rules_version,
      summary: sum(rows, meta.summary as EncodedSummary, excluded),
      hosts: Object.fromEntries(hosts),
      minutes: meta.minutes,
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
  const original = stored === undefined ? undefined : decodeSummary(stored);
  builder.exclude((original?.excluded_requests ?? 0) + excluded);
  const summary = builder.finish();
  return encodeSummary(original === undefined ? withoutVisitors(summary) : withVisitors(summary, original));
}

/** A host that is named only now: rows hold no hashes, so its visitors of then are not measured. */
function withoutVisitors(summary: Summary): Summary {
  for (const { counters } of Object.values(summary.classes))
    counters.visitors_unmeasured_requests = counters.total_requests;
  return summary;
}

function rowsOfHost(block: EventBlock, rows: Int32Array, host: string): Int32Array {
  const values = block.dictionaries.cs_host.values;
  return rows.filter((row) => values[block.cs_host[row] as number] === host);
}
