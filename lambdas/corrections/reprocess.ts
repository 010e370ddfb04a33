import {
  type AgainOptions,
  aggregateUpwards,
  batchAgain,
  heldBatches,
  type SitePipeline,
} from '@sgraph-backbone/layer/derived';
import {
  batchName,
  beginAudit,
  kindOf,
  listFeeds,
  type RollupOfFeed,
  rawFeedFolder,
  rollupFolder,
  sumObjectAgain,
  sumRecordedAgain,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { PERIODS, type Period, parseWindowKey } from '@sgraph-backbone/layer/rollups';
import { keepRules, rulesOf, type SiteSettings } from '@sgraph-backbone/layer/settings';

/** Event time, epoch ms; open ends reach as far as there is data. */
export interface ReprocessRange {
  readonly from?: number;
  readonly to?: number;
}

export interface Reprocessed {
  /** Objects that were summed again, all their windows included. */
  readonly summed: number;
  /** Objects that keep their sums, because raw data they would need has expired. */
  readonly kept: number;
}

/** How far a reprocessing came before its time was up. */
export interface Begun extends Reprocessed {
  /** The last object that was looked at. */
  readonly next: string;
  /** When the first call began, epoch ms: all of them have one audit entry. */
  readonly at: number;
}

export interface ReprocessOptions {
  /** Who the audit entry names. */
  readonly actor: string;
  readonly temporaryFolder: string;
  /** What an earlier call has done. */
  readonly begun?: Begun;
  /** Whether time is up; asked after each object. @default never */
  readonly isEnough?: () => boolean;
}

/**
 * Sums again, under today's rules, the rows of every object that touches a time. What has expired keeps its
 * sums. Run again after a kill it does what is left, and what was done again, with the same result. `next` is there
 * when time was up before all was done.
 */
export async function reprocess(
  pipeline: SitePipeline,
  settings: SiteSettings,
  range: ReprocessRange,
  options: ReprocessOptions,
): Promise<Reprocessed & Partial<Begun>> {
  const rules_version = await keepRules(pipeline.data, settings);
  const again: AgainOptions = {
    rules: rulesOf(settings),
    rules_version,
    hosts: settings.hosts,
    temporaryFolder: options.temporaryFolder,
  };
  const context = {
    ...pipeline,
    heldBatches: heldBatches(pipeline.data),
    batchAgain: (
      window: Parameters<typeof batchAgain>[1],
      from: Parameters<typeof batchAgain>[2],
      generation: number,
    ) => batchAgain(pipeline.data, window, from, generation, againFor(again, window)),
  };
  const { actor, begun, isEnough = () => false } = options;
  const detail = { ...range, rules_version, timezone: settings.timezone };
  const at = begun?.at ?? pipeline.now();
  const audit = await beginAudit(pipeline.data, { at, actor, action: 'reprocess', detail });
  const counts = { summed: begun?.summed ?? 0, kept: begun?.kept ?? 0 };
  const left = (await workIn(pipeline, range)).filter(({ id }) => begun === undefined || id > begun.next);
  for (const [index, { id, recorded }] of left.entries()) {
    const outcome = recorded
      ? await sumRecordedAgain(context, recorded.window, recorded.name)
      : await sumObjectAgain(context, id);
    if (outcome !== 'not_active') counts[outcome]++;
    if (index + 1 < left.length && isEnough()) return { ...counts, next: id, at };
  }
  await audit.done(counts);
  return counts;
}

/** Cuts days, and what is made of them, anew: after a change of the site's time zone they begin elsewhere. */
export async function recutDays(
  pipeline: SitePipeline,
  range: ReprocessRange,
  again = (due: readonly RollupOfFeed[]) => aggregateUpwards(pipeline, due),
): Promise<void> {
  for (const { feed } of await listFeeds(pipeline.data)) {
    const due: RollupOfFeed[] = [];
    for (const period of PERIODS) due.push(...(await existing(pipeline, feed, period, range)));
    await again(due);
  }
}

/** Events of applications have no host to be summed by. */
function againFor(again: AgainOptions, { feed }: WindowOfFeed): AgainOptions {
  return kindOf(feed) === 'application' ? { ...again, hosts: [] } : again;
}

/** What is summed again at a time: an object, or the events that were recorded together in one window. */
interface Work {
  /** In the order of the work: where it goes on after time was up. */
  readonly id: string;
  readonly recorded?: { readonly window: WindowOfFeed; readonly name: string };
}

/** Objects and recorded events with raw batches in windows of a time, in order. */
async function workIn({ data }: SitePipeline, range: ReprocessRange): Promise<Work[]> {
  const work = new Map<string, Work>();
  for (const { feed } of await listFeeds(data)) {
    const folder = rawFeedFolder(feed);
    for await (const row of data.list(folder)) {
      if ('prefix' in row) continue;
      const window = row.key.slice(folder.length, folder.length + WINDOW.length);
      if (!isWithin(range, parseWindowKey(window))) continue;
      const { object_id } = batchName(row.key, row.size, row.modified);
      const found = workOf({ feed, window }, object_id);
      work.set(found.id, found);
    }
  }
  return [...work.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function workOf(window: WindowOfFeed, name: string): Work {
  if (kindOf(window.feed) !== 'application') return { id: name };
  return { id: `${window.feed}/${window.window}/${name}`, recorded: { window, name } };
}

async function existing(
  { data, calendar }: SitePipeline,
  feed: string,
  period: Period,
  range: ReprocessRange,
): Promise<RollupOfFeed[]> {
  const folder = rollupFolder(feed, period);
  const found: RollupOfFeed[] = [];
  for await (const row of data.list(folder)) {
    if ('prefix' in row) continue;
    const time_key = row.key.slice(folder.length, -'.json'.length);
    const { start, end } = calendar.span(period, time_key);
    // A day of another zone may have begun up to a day before or after the one of the same name.
    if (isWithin(range, start - DAY) || isWithin(range, end + DAY) || isWithin(range, start))
      found.push({ feed, period, time_key });
  }
  return found;
}

function isWithin(
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: ReprocessRange,
  at: number,
) {
  return from <= at && at < to;
}

const DAY = 86_400_000;
const WINDOW = '2026-02-16/14-30';
