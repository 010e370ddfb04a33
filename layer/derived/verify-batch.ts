import { type BatchMeta, batchContentHash, readBatchRows } from '@sgraph-backbone/layer/batches';
import { kindOf } from '@sgraph-backbone/layer/ledger';
import type { EventBlock, Rules } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  decodeSummary,
  type EncodedSummary,
  encodeSummary,
  withVisitors,
} from '@sgraph-backbone/layer/rollups';

/**
 * The content hash that a batch should have: its rows summed again under the rules that it names. Visitors
 * are taken over from its own summary, since rows hold no hashes; so are the requests that were excluded.
 */
export async function hashFromRows(bytes: Uint8Array, meta: BatchMeta, rules: Rules): Promise<string> {
  const block = await readBatchRows(bytes);
  const again = (stored: unknown, rows: Int32Array) =>
    summaryFromRows(meta, rules, block, rows, stored as EncodedSummary);
  const all = Int32Array.from({ length: block.length }, (_, row) => row);
  const hosts = Object.entries(meta.hosts).map(([host, stored]) => [
    host,
    again(stored, rowsOf(block, host)),
  ]);
  const { rules_version, rows } = meta;
  return batchContentHash({
    summary: again(meta.summary, all),
    hosts: Object.fromEntries(hosts),
    rules_version,
    rows,
  });
}

function summaryFromRows(
  { feed }: BatchMeta,
  rules: Rules,
  block: EventBlock,
  rows: Int32Array,
  stored: EncodedSummary,
): EncodedSummary {
  const builder = createSummaryBuilder({ rules, kind: kindOf(feed) });
  if (rows.length > 0) builder.add(block, rows, rows.length);
  const original = decodeSummary(stored);
  builder.exclude(original.excluded_requests);
  return encodeSummary(withVisitors(builder.finish(), original));
}

function rowsOf(block: EventBlock, host: string): Int32Array {
  const values = block.dictionaries.cs_host.values;
  return Int32Array.from({ length: block.length }, (_, row) => row).filter(
    (row) => values[block.cs_host[row] as number] === host,
  );
}
