export { coverageOfFeed, feedsOfKind, isAllKept } from './all-feeds.ts';
export { type AgainOptions, batchAgain } from './batch-again.ts';
export {
  aggregateUpwards,
  carryThrough,
  type Summing,
  sharedRollups,
  sumAllFeeds,
} from './carry-through.ts';
export { rowIds } from './repeated-lines.ts';
export type { Aggregated, DerivedContext, RollupName, SitePipeline } from './rollup-object.ts';
export { aggregateRollup, mergeChildren, readRollup } from './rollup-object.ts';
export { settleFeed } from './settle.ts';
export { type Finding, verifyStore } from './verify.ts';
export type { WindowContext, WindowObject } from './window-object.ts';
export { consolidateWindow, heldBatches, readWindow } from './window-object.ts';
export type { HeldBatch } from './window-plan.ts';
export { planWindow, WindowUnmergeable } from './window-plan.ts';
