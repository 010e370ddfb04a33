export { BadBatch } from './bad-batch.ts';
export type { BatchContent, BatchMeta } from './batch-meta.ts';
export {
  batchContentHash,
  parseBatchMeta,
  parseBatchMinutes,
  readBatchMeta,
  readBatchMinutes,
} from './batch-meta.ts';
export {
  type BatchRows,
  createRowsReader,
  openBatchRows,
  type RowsReader,
  readBatchRows,
} from './batch-rows.ts';
export type { BatchSet, BatchSetOptions, BatchWindow, FinishedBatch, FinishOptions } from './batch-set.ts';
export { createBatchSet } from './batch-set.ts';
export type { Source as BatchColumn } from './columns.ts';
export { eventHash, eventHashes, type MinuteClass, type MinutePart } from './minutes.ts';
export { type PreviewRow, previewRows } from './preview.ts';
