import { createHash } from 'node:crypto';
import { createBatchSet } from '@sgraph-backbone/layer/batches';
import { eventBlock, type PrivateEvent } from '@sgraph-backbone/layer/events';
import {
  type AddRecordedContext,
  addRecorded,
  type Delivery,
  feedOf,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { windowKey, windowStart } from '@sgraph-backbone/layer/rollups';
import { keepRules, rulesVersionOf, type SiteSettings } from '@sgraph-backbone/layer/settings';
import { createWindowSums } from '../ingest/window-sums.ts';

export interface RecordContext {
  readonly pipeline: AddRecordedContext;
  readonly settings: SiteSettings;
  /** Rows that are too many for memory wait here. */
  readonly temporaryFolder: string;
  /** Whether a marker says what is about to be written; a queue that delivers again needs none. */
  readonly marked: boolean;
}

/** What an invocation recorded. */
export interface Recorded {
  readonly windows: readonly WindowOfFeed[];
  /** Events that were there once or more; repeats within the invocation are not among them. */
  readonly events: number;
}

/**
 * Makes events durable: one raw batch per window of a feed, all of one arrival. What was recorded before, in another
 * invocation, is found out when the window is consolidated.
 */
export async function recordEvents(
  context: RecordContext,
  events: readonly PrivateEvent[],
): Promise<Recorded> {
  const groups = groupsOf(events);
  const count = groups.reduce((sum, group) => sum + group.events.size, 0);
  if (count === 0) return { windows: [], events: 0 };
  const { pipeline, settings } = context;
  const arrived = pipeline.now();
  const name = `${arrived}-${hashOf(groups)}`;
  await keepRules(pipeline.data, settings);
  await addRecorded(pipeline, {
    name,
    windows: groups.map(({ feed, window }) => ({ feed, window })),
    deliveries: deliveriesOf(groups),
    marked: context.marked,
    batch: (window, generation) =>
      batchOf(context, groupAt(groups, window), name, generation, arrived - PULSE),
  });
  return { windows: groups.map(({ feed, window }) => ({ feed, window })), events: count };
}

/** No pulse asks for longer, whatever the skew of clocks. */
const PULSE = 2 * 3_600_000;

interface Group extends WindowOfFeed {
  /** By id: within an invocation the first counts. */
  readonly events: Map<string, PrivateEvent>;
}

/** In order of feed and window. */
function groupsOf(events: readonly PrivateEvent[]): Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const feed = feedOf('application', event.app);
    const window = windowKey(windowStart(event.timestamp));
    const place = `${feed}/${window}`;
    const group = groups.get(place) ?? { feed, window, events: new Map() };
    groups.set(place, group);
    if (!group.events.has(event.event_id)) group.events.set(event.event_id, event);
  }
  return [...groups.keys()].sort().map((place) => groups.get(place)!);
}

function groupAt(groups: readonly Group[], { feed, window }: WindowOfFeed): Group {
  return groups.find((group) => group.feed === feed && group.window === window)!;
}

/** Of the ids: the same events again, in whatever order, are the same batch. */
function hashOf(groups: readonly Group[]): string {
  const hash = createHash('sha256');
  for (const { feed, window, events } of groups)
    hash.update(`${feed} ${window} ${[...events.keys()].sort().join(' ')}\n`);
  return hash.digest('hex').slice(0, 32);
}

function deliveriesOf(groups: readonly Group[]): Delivery[] {
  return [...Map.groupBy(groups, ({ feed }) => feed)].map(([feed, own]) => {
    const times = own.flatMap(({ events }) => [...events.values()].map(({ timestamp }) => timestamp));
    const [oldest_event, newest_event] = times.reduce(
      ([oldest, newest], time) => [Math.min(oldest, time), Math.max(newest, time)],
      [Number.POSITIVE_INFINITY, 0],
    );
    return { feed, oldest_event, newest_event };
  });
}

/** The batch of one window as Parquet bytes. Events have no host: there is nothing to sum for one. */
function batchOf(
  { settings, temporaryFolder }: RecordContext,
  { feed, window, events }: Group,
  object_id: string,
  generation: number,
  minutesFrom: number,
): Uint8Array {
  const counted = [...events.values()].filter(({ excluded }) => !excluded);
  const block = eventBlock(counted);
  const rows = Int32Array.from({ length: block.length }, (_, row) => row);
  const sums = createWindowSums({ ...settings, hosts: [] });
  sums.add(feed, window, block, rows, rows.length);
  const times = { oldest: 0, newest: 0 };
  const requests = events.size - counted.length;
  if (requests > 0) sums.exclude(feed, window, { requests, ...times });
  const batches = createBatchSet(temporaryFolder, { minutesFrom });
  try {
    batches.add(feed, window, block, rows, rows.length);
    const rules_version = rulesVersionOf(settings);
    const summed = sums.finish(feed, window);
    return batches.finish(feed, window, { object_id, generation, rules_version, ...summed }).bytes;
  } finally {
    batches.close();
  }
}
