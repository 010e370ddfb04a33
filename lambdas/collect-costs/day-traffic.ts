import { type DayTraffic, type ReadDayTraffic, startOf } from '@sgraph-backbone/layer/costs';
import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { contentHash, mergeRollups, type RollupRange, topPage } from '@sgraph-backbone/layer/rollups';
import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import { chooseFeeds, type FeedChoice } from '../admin-api/traffic/feeds.ts';
import { openRollups, type RollupReader } from '../admin-api/traffic/rollup-reader.ts';

const DAY = 86_400_000;
const COMPLETED = 'transfer_upload_completed';

type Traffic = Pick<SitePipeline, 'data' | 'calendar' | 'now'>;

/**
 * The traffic of a UTC day: requests of everybody and visitors that are human from the primary kind, transfers from
 * the applications, or the logs where these have none. Where the site's days are not UTC's, it is merged from hours.
 */
export function dayTraffic(pipeline: Traffic, { primary }: Pick<SiteSettings, 'primary'>): ReadDayTraffic {
  return async (date) => {
    const choice = await chooseFeeds(pipeline.data, undefined, primary);
    const main = await readDay(pipeline, choice, date);
    const isApplication = choice.feed === 'application';
    const own = isApplication ? main : await readDay(pipeline, await applications(pipeline), date);
    return joined(choice.feed, main, own, isApplication);
  };
}

function applications({ data }: Traffic): Promise<FeedChoice> {
  return chooseFeeds(data, 'application', undefined);
}

function joined(feed: string, main: RollupRange, own: RollupRange, isApplication: boolean): DayTraffic {
  const { all, human } = main.measures;
  const completed = transfersIn(own);
  const uploads = isApplication ? null : all.file_uploads;
  // Applications that don't post transfers complete none.
  const isLogs = !completed && uploads !== null && uploads !== undefined;
  const transfers = isLogs ? uploads : completed;
  return {
    status: all.total_requests === null ? 'unknown' : main.status,
    feed,
    requests: all.total_requests,
    visitors: human.unique_visitors,
    visitors_bound: human.visitors_bound,
    transfers,
    transfers_from: transfers === null ? null : isLogs ? 'logs' : 'application',
    mark: contentHash([markOf(main), markOf(own)]).slice(0, 16),
  };
}

/** Null: no application has told anything of that day. */
function transfersIn(range: RollupRange): number | null {
  if (range.measures.all.file_uploads === null) return null;
  const { entries } = topPage(range.top, 'event_type', 'all', { limit: Number.POSITIVE_INFINITY });
  return entries.find(({ value }) => value === COMPLETED)?.requests ?? 0;
}

/** Counters too: what was written back to what it was has been written. */
function markOf({ status, content_hash, children }: RollupRange) {
  return [status, content_hash, children.map(({ write }) => write)];
}

const NOBODY: Pick<RollupReader, 'read' | 'coverage'> = { read: async () => undefined, coverage: [] };

async function readDay(pipeline: Traffic, choice: FeedChoice, date: string): Promise<RollupRange> {
  const { data, calendar } = pipeline;
  const now = pipeline.now();
  const [start, end] = [startOf(date), startOf(date) + DAY];
  const tiles = calendar.tile(start, end);
  const readers = await Promise.all(
    choice.sources.map((feed) => openRollups({ data, feed, host: undefined, calendar, now })),
  );
  // Where there is no feed at all, nothing is known of any time.
  const sources = readers.length === 0 ? [NOBODY] : readers;
  const parts = await Promise.all(
    tiles.flatMap((tile) =>
      sources.map(async ({ read, coverage }) => ({ ...tile, rollup: await read(tile), coverage })),
    ),
  );
  return mergeRollups({ feed: choice.feed, start, end, calendar, parts, now });
}
