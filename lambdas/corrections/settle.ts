import { type SitePipeline, settleFeed } from '@sgraph-backbone/layer/derived';
import {
  beginAudit,
  checkedFeed,
  extendCoverage,
  type Interval,
  readCoverage,
} from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, windowStart } from '@sgraph-backbone/layer/rollups';

/** A claim about a feed that was never seen, or about no whole half-hour. */
export class NothingToSettle extends Error {
  override readonly name = 'NothingToSettle';
}

/**
 * An operator's word that everything of a feed has been delivered for a time. Without a start it continues
 * the last covered interval. Returns what is covered by it and how many roll-ups that changed.
 */
export async function settleByHand(
  pipeline: SitePipeline,
  claim: { readonly feed: string; readonly from?: number; readonly through: number },
  actor: string,
): Promise<Interval & { readonly settled: number }> {
  const feed = checkedFeed(claim.feed);
  const coverage = await readCoverage(pipeline.data, feed);
  if (coverage === undefined) throw new NothingToSettle(`feed: nothing was ever counted of ${feed}`);
  const from = claim.from ?? coverage.intervals.at(-1)?.end;
  if (from === undefined)
    throw new NothingToSettle(
      `${feed} has no coverage to continue: say from when on everything was delivered`,
    );
  // Only whole windows can be complete.
  const interval = { start: windowStart(from + HALF_HOUR - 1), end: windowStart(claim.through) };
  if (interval.end <= interval.start)
    throw new NothingToSettle('there is no whole half-hour between the two instants');
  const detail = { feed, ...interval };
  const audit = await beginAudit(pipeline.data, { at: pipeline.now(), actor, action: 'settle', detail });
  await extendCoverage(pipeline.data, feed, interval);
  const settled = await settleFeed(pipeline, feed);
  await audit.done();
  return { ...interval, settled };
}
