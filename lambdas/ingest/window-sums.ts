import { kindOf } from '@sgraph-backbone/layer/ledger';
import type { EventBlock, ExcludedRequests } from '@sgraph-backbone/layer/logs';
import { createSummaryBuilder, encodeSummary, type SummaryBuilder } from '@sgraph-backbone/layer/rollups';
import { rulesOf, type SiteSettings } from '@sgraph-backbone/layer/settings';

type Excluded = Pick<ExcludedRequests, 'host' | 'requests' | 'oldest' | 'newest'>;

interface Sums {
  readonly feed: string;
  readonly whole: SummaryBuilder;
  readonly hosts: ReadonlyMap<string, SummaryBuilder>;
}

/** Summaries of every window of an object, and of the hosts that the settings name, in one pass with the parsing. */
export function createWindowSums(settings: SiteSettings) {
  const sums = new Map<string, Sums>();
  const spans = new Map<string, { oldest: number; newest: number }>();
  const rules = rulesOf(settings);
  const builder = (feed: string) => createSummaryBuilder({ rules, kind: kindOf(feed) });
  const sumsOf = (feed: string, window: string) => {
    const known = sums.get(`${feed}/${window}`);
    if (known) return known;
    const hosts = new Map(settings.hosts.map((host) => [host, builder(feed)]));
    const fresh = { feed, whole: builder(feed), hosts };
    sums.set(`${feed}/${window}`, fresh);
    return fresh;
  };
  return {
    add(feed: string, window: string, block: EventBlock, rows: Int32Array, count: number): void {
      const { whole, hosts } = sumsOf(feed, window);
      whole.add(block, rows, count);
      for (const [host, ofHost] of hosts) addRowsOfHost(ofHost, host, block, rows, count);
      widen(spans, feed, block, rows, count);
    },
    /** Counts requests that are in no row: of the feed, or of one host of it beside that. */
    exclude(feed: string, window: string, { host, requests, oldest, newest }: Excluded): void {
      const { whole, hosts } = sumsOf(feed, window);
      whole.exclude(requests);
      if (host !== undefined) hosts.get(host)?.exclude(requests);
      const span = spans.get(feed) ?? { oldest, newest };
      spans.set(feed, { oldest: Math.min(span.oldest, oldest), newest: Math.max(span.newest, newest) });
    },
    /** Oldest and newest event, epoch ms, per feed. */
    spans: () => spans as ReadonlyMap<string, { oldest: number; newest: number }>,
    /** Ends one window and forgets it. */
    finish(feed: string, window: string) {
      const { whole, hosts } = sumsOf(feed, window);
      sums.delete(`${feed}/${window}`);
      const ofHosts = [...hosts].map(([host, ofHost]) => [host, encodeSummary(ofHost.finish())] as const);
      return { summary: encodeSummary(whole.finish()), hosts: Object.fromEntries(ofHosts) };
    },
  };
}

function addRowsOfHost(
  builder: SummaryBuilder,
  host: string,
  block: EventBlock,
  rows: Int32Array,
  count: number,
): void {
  const values = block.dictionaries.cs_host.values;
  const own = rows.subarray(0, count).filter((row) => values[block.cs_host[row] as number] === host);
  if (own.length > 0) builder.add(block, own, own.length);
}

function widen(
  spans: Map<string, { oldest: number; newest: number }>,
  feed: string,
  block: EventBlock,
  rows: Int32Array,
  count: number,
): void {
  const span = spans.get(feed) ?? { oldest: Number.POSITIVE_INFINITY, newest: 0 };
  for (let i = 0; i < count; i++) {
    const time = block.timestamp[rows[i] as number] as number;
    if (time < span.oldest) span.oldest = time;
    if (time > span.newest) span.newest = time;
  }
  spans.set(feed, span);
}
