import { consolidateWindow, type SitePipeline, type WindowObject } from '@sgraph-backbone/layer/derived';
import type { WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { parseWindowKey } from '@sgraph-backbone/layer/rollups';

/** Consolidates a window, then says so to the next level: also when nothing changed. */
export async function consolidate(pipeline: SitePipeline, window: WindowOfFeed): Promise<WindowObject> {
  const consolidated = await consolidateWindow(pipeline, window);
  const time_key = pipeline.calendar.keyAt('30min', parseWindowKey(window.window));
  await pipeline.messages.aggregate([{ feed: window.feed, period: '30min', time_key }]);
  return consolidated;
}
