import {
  type Aggregated,
  aggregateRollup,
  type SitePipeline,
  sharedRollups,
} from '@sgraph-backbone/layer/derived';
import type { RollupOfFeed } from '@sgraph-backbone/layer/ledger';

/** Aggregates a roll-up and those of its hosts, then tells those above it: also when nothing changed. */
export async function aggregate(
  pipeline: SitePipeline,
  { feed, period, time_key }: RollupOfFeed,
): Promise<Aggregated> {
  const aggregated = await aggregateRollup(pipeline, { feed, period, time_key });
  const parents = pipeline.calendar.parents(period, time_key);
  // Half-hours of all feeds together are made of windows, so that nothing has to wait for this feed's own.
  const shared = period === '30min' ? await sharedRollups(pipeline, [{ feed, period, time_key }]) : [];
  await pipeline.messages.aggregate([...parents.map((parent) => ({ feed, ...parent })), ...shared]);
  return aggregated;
}
