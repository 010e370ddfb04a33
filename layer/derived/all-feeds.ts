import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import {
  allFeedOf,
  coverageOf,
  type Interval,
  isAllFeed,
  type Kind,
  kindOf,
  namespacesOf,
  windowFeedFolder,
} from '@sgraph-backbone/layer/ledger';
import {
  contentHash,
  covers,
  decodeSummary,
  type EncodedSummary,
  encodeSummary,
  parseWindowKey,
  type RestatementReason,
  type Span,
  sumSummaries,
  type WindowPart,
} from '@sgraph-backbone/layer/rollups';
import { Conflict, type ObjectStore, writeJson } from '@sgraph-backbone/layer/store';
import { commonCoverage } from './common-coverage.ts';
import { readWindow } from './window-object.ts';

/** A window as far as a half-hour needs it, with why its sums changed the last time. */
export type SharedWindow = WindowPart & { readonly reason: RestatementReason };

/** The feeds of a kind that have windows, `<kind>.all` not among them: one listing of folders. */
export async function feedsOfKind(data: ObjectStore, kind: Kind): Promise<string[]> {
  const folder = keyBasedFolder(namespacesOf(`${kind}.`).consolidated, '');
  const feeds: string[] = [];
  for await (const row of data.list(folder, { delimiter: '/' }))
    if ('prefix' in row) feeds.push(row.prefix.slice(folder.length, -1));
  return feeds.filter((feed) => feed.startsWith(`${kind}.`));
}

/** Whether `<kind>.all` holds all that the kind's feeds do, so that questions may be answered from it. */
export async function isAllKept(data: ObjectStore, kind: Kind): Promise<boolean> {
  return (await data.head(keptKey(kind))) !== undefined;
}

/** Notes that every half-hour of the kind has been summed: from now on each change carries itself over. */
export async function noteAllKept(data: ObjectStore, kind: Kind): Promise<void> {
  try {
    await writeJson(data, keptKey(kind), { feed: allFeedOf(kind) }, { ifNoneMatch: '*' });
  } catch (error) {
    // Somebody else has summed them too.
    if (!(error instanceof Conflict)) throw error;
  }
}

/** Starts of all windows that the feeds have, each once. */
export async function windowStartsOf(data: ObjectStore, feeds: readonly string[]): Promise<number[]> {
  const keys = new Set<string>();
  for (const folder of feeds.map(windowFeedFolder))
    for await (const row of data.list(folder))
      if (!('prefix' in row)) keys.add(row.key.slice(folder.length, -'/summary.json'.length));
  return [...keys].map(parseWindowKey);
}

/** The coverage of a feed; of `<kind>.all` what is covered in all feeds, as far as theirs has begun. */
export async function coverageOfFeed(data: ObjectStore, feed: string): Promise<readonly Interval[]> {
  if (!isAllFeed(feed)) return coverageOf(data, feed);
  const feeds = await feedsOfKind(data, kindOf(feed));
  return commonCoverage(await Promise.all(feeds.map((own) => coverageOf(data, own))));
}

export interface SharedHalfHour {
  /** Undefined: no feed has anything there. */
  readonly window: SharedWindow | undefined;
  /** Every feed that has something there has it covered. */
  readonly settled: boolean;
}

/** The sum of the windows that the feeds of a kind have at one time, with its name among windows. */
export async function readSharedWindow(
  data: ObjectStore,
  kind: Kind,
  window: string,
  span: Span,
): Promise<SharedHalfHour> {
  const feeds = await feedsOfKind(data, kind);
  const reads = feeds.map(async (feed) => {
    // Coverage first: what it promises is in a window that is read after it.
    const coverage = await coverageOf(data, feed);
    const found = await readWindow(data, { feed, window });
    return found && { feed, value: found.value, covered: covers(coverage, span) };
  });
  const found = (await Promise.all(reads)).filter((part) => part !== undefined);
  return {
    window: found.length === 0 ? undefined : sumWindows(found),
    settled: found.every(({ covered }) => covered),
  };
}

interface FeedWindow {
  readonly feed: string;
  readonly value: SharedWindow;
}

function sumWindows(found: readonly FeedWindow[]): SharedWindow {
  const windows = found.map(({ value }) => value);
  const identity = found.map(({ feed, value }) => [feed, value.content_hash]);
  return {
    batches: windows.flatMap(({ batches }) => batches),
    summary: sumEncoded(windows.map(({ summary }) => summary)),
    hosts: Object.fromEntries(
      commonHosts(windows).map((host) => [host, sumEncoded(windows.map(({ hosts }) => hosts[host]!))]),
    ),
    rules_versions: [...new Set(windows.flatMap(({ rules_versions }) => rules_versions))].sort(),
    ...(windows.some(({ repeats_unchecked }) => repeats_unchecked) && { repeats_unchecked: true as const }),
    content_hash: contentHash(identity),
    // Each write of any of them makes it larger.
    write: windows.reduce((sum, { write }) => sum + write, 0),
    reason: windows.find(({ reason }) => reason !== 'late-data')?.reason ?? 'late-data',
  };
}

/** Of a host that one of the windows was not counted by, nothing is known. */
function commonHosts(windows: readonly SharedWindow[]): string[] {
  const [first, ...others] = windows.map(({ hosts }) => hosts);
  return Object.keys(first ?? {}).filter((host) => others.every((hosts) => host in hosts));
}

function sumEncoded(summaries: readonly EncodedSummary[]): EncodedSummary {
  return summaries.length === 1 ? summaries[0]! : encodeSummary(sumSummaries(summaries.map(decodeSummary)));
}

function keptKey(kind: Kind): string {
  return keyBasedPath(namespacesOf(`${kind}.`).ledger, 'all-feeds', kind, 'json');
}
