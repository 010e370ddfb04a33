/** Excluded requests of one half-hour: how many, never which. */
export interface ExcludedRequests {
  readonly distribution: string;
  readonly realtime: boolean;
  /** One of the hosts that were asked for; else absent. */
  readonly host?: string;
  /** Start of the half-hour (UTC), epoch ms. */
  readonly window: number;
  readonly requests: number;
  /** Epoch ms. */
  readonly oldest: number;
  readonly newest: number;
}

export type ExcludedRequest = Pick<ExcludedRequests, 'distribution' | 'realtime' | 'host'> & {
  /** Epoch ms. */
  readonly time: number;
};

/** Counts excluded requests as they are left out. It grows with the half-hours that an object touches, like its batches. */
export interface ExcludedCounts {
  add(request: ExcludedRequest): void;
  list(): ExcludedRequests[];
}

export function createExcludedCounts(): ExcludedCounts {
  const counts = new Map<
    string,
    { -readonly [Member in keyof ExcludedRequests]: ExcludedRequests[Member] }
  >();
  return {
    add({ time, ...place }) {
      const window = time - (time % HALF_HOUR);
      const key = `${window} ${place.realtime} ${place.distribution} ${place.host ?? ''}`;
      const known = counts.get(key);
      if (known === undefined) {
        counts.set(key, { ...place, window, requests: 1, oldest: time, newest: time });
        return;
      }
      known.requests++;
      known.oldest = Math.min(known.oldest, time);
      known.newest = Math.max(known.newest, time);
    },
    list: () => [...counts.values()],
  };
}

const HALF_HOUR = 1_800_000;
