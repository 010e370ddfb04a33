import { type Calendar, type Rollup, topPage } from '@sgraph-backbone/layer/rollups';
import { abreast, type ObjectStore } from '@sgraph-backbone/layer/store';
import { openRollups } from '../traffic/rollup-reader.ts';

/** The feed that events of our own routes are in. */
const FEED = 'application.main';

export interface RejectedContext {
  readonly data: ObjectStore;
  readonly calendar: Calendar;
  /** Epoch ms. */
  readonly now: number;
}

/** Refused uses of a token on each of these days, from the roll-ups of events; undefined: not known. */
export async function rejectedUses(
  context: RejectedContext,
  name: string,
  days: readonly string[],
): Promise<(number | undefined)[]> {
  const rollups = await openRollups({ ...context, feed: FEED, host: undefined });
  const counts = new Array<number | undefined>(days.length);
  await abreast(days.entries(), 8, async ([index, time_key]) => {
    const rollup = await rollups.read({ period: 'daily', time_key });
    counts[index] = rollup && rejectedIn(rollup, name);
  });
  return counts;
}

function rejectedIn({ top }: Rollup, name: string): number | undefined {
  const { entries, cut_off } = topPage(top, 'token_rejected', 'all', { limit: Number.POSITIVE_INFINITY });
  const found = entries.find(({ value }) => value === name);
  // Beyond a list that was cut it may have been there.
  return found?.requests ?? (cut_off > 0 ? undefined : 0);
}
