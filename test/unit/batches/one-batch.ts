import { tmpdir } from 'node:os';
import type { FinishedBatch, FinishOptions } from '@sgraph-backbone/layer/batches';
import { createBatchSet } from '@sgraph-backbone/layer/batches';
import type { EventBlock } from '@sgraph-backbone/layer/logs';
import { emptySummary, encodeSummary } from '@sgraph-backbone/layer/rollups';

export const FEED = 'standard.E2EXAMPLE';
export const WINDOW = '2026-02-16/14-30';

export const OPTIONS: FinishOptions = {
  object_id: '0123456789abcdef0123456789abcdef',
  generation: 1,
  rules_version: '00112233aabbccdd',
  summary: encodeSummary(emptySummary()),
  hosts: {},
};

export const allRows = (block: EventBlock) => Int32Array.from({ length: block.length }, (_, row) => row);

/** All rows of some blocks as one batch. */
export function batchOf(
  blocks: readonly EventBlock[],
  options: Partial<FinishOptions> = {},
  rowsInMemory?: number,
): FinishedBatch {
  const set = createBatchSet(tmpdir(), { rowsInMemory });
  for (const block of blocks) set.add(FEED, WINDOW, block, allRows(block), block.length);
  const batch = set.finish(FEED, WINDOW, { ...OPTIONS, ...options });
  set.close();
  return batch;
}
