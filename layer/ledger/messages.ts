import type { Period } from '@sgraph-backbone/layer/rollups';
import type { WindowOfFeed } from './entry.ts';

/** A roll-up of a feed (its hosts are aggregated with it). */
export interface RollupOfFeed {
  readonly feed: string;
  readonly period: Period;
  readonly time_key: string;
}

/**
 * "Look at this": sent after the change it speaks of, delivered at least once, in any order.
 * On AWS a FIFO queue, on a laptop a queue in the process.
 */
export interface Messages {
  consolidate(windows: readonly WindowOfFeed[]): Promise<void>;
  aggregate(rollups: readonly RollupOfFeed[]): Promise<void>;
}
