/** What `/api/health` tells anybody. */
export interface Health {
  readonly status: string;
  readonly version: string;
  /** `demo` while the store is empty and the demo week stands in for it. */
  readonly store?: 'demo' | 'real';
}

/** How far one feed's deliveries have come. Instants are epoch ms or RFC 3339. */
export interface FeedStatus {
  readonly feed: string;
  readonly newest_event: number | string | null;
  readonly last_delivery?: number | string | null;
  readonly coverage: readonly { readonly start: number | string; readonly end: number | string }[];
  /** Hosts with numbers of their own. */
  readonly hosts?: readonly string[];
}

/** How one step of the pipeline is doing. */
export interface StepStatus {
  readonly waiting: number | null;
  readonly refused: number;
  readonly quarantined: number;
  readonly last_error: { readonly at: number | string; readonly message: string } | null;
}

export interface Status {
  readonly feeds: readonly FeedStatus[];
  readonly steps?: { readonly ingest?: StepStatus };
  /** Where the admin key is, on the machine that answers. */
  readonly key_file?: string;
}

/** The feeds whose freshness counts for a view: the asked one (or kind), or all. */
export function feedsOf(status: Status | undefined, feed: string | undefined): readonly FeedStatus[] {
  const feeds = status?.feeds ?? [];
  return feed === undefined
    ? feeds
    : feeds.filter((each) => each.feed === feed || each.feed.startsWith(`${feed}.`));
}

export function hostsOf(feeds: readonly FeedStatus[]): readonly string[] {
  return [...new Set(feeds.flatMap((feed) => feed.hosts ?? []))].toSorted();
}

/** The newest of some instants, in epoch ms. */
export function newestOf(instants: readonly (number | string | null | undefined)[]): number | undefined {
  const known = instants.flatMap((each) =>
    each === null || each === undefined ? [] : [new Date(each).getTime()],
  );
  return known.length === 0 ? undefined : Math.max(...known);
}
