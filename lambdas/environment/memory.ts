import { coverageFolder, type Delivery, IDENTITY_RECORD, type Pipeline } from '@sgraph-backbone/layer/ledger';
import { rulesFolder, SETTINGS_KEY } from '@sgraph-backbone/layer/settings';
import { NAMESPACES, OBSERVABILITY, remembered, type Store } from '@sgraph-backbone/layer/store';

/** How old settings, coverage and day keys may be where steps of a process share them, ms. */
export const MEMORY = 60_000;

const COVERAGE = [NAMESPACES.cloudfront.ledger, NAMESPACES.analytics.ledger].map(coverageFolder);

/**
 * The store of a process that does the same small reads for each message: settings, coverage, the identity secret and
 * the keys of days are up to a minute old. A day's key is destroyed two days after its day: a minute more in the
 * memory of a process that holds it already is within what deleting can promise.
 */
export function withMemory(
  { data, observability }: Pick<Store, 'data' | 'observability'>,
  now: () => number,
) {
  const options = { milliseconds: MEMORY, now };
  return {
    data: remembered(data, {
      ...options,
      isRemembered: (key) =>
        key === SETTINGS_KEY || key === IDENTITY_RECORD || COVERAGE.some((folder) => key.startsWith(folder)),
      // A site that never chose has none.
      mayBeAbsent: (key) => key === SETTINGS_KEY,
      isForever: (key) => key.startsWith(rulesFolder()),
    }),
    observability: remembered(observability, {
      ...options,
      isRemembered: (key) => key.startsWith(OBSERVABILITY.secrets),
    }),
  };
}

/**
 * Notes one delivery of a feed a minute; the others are in their markers, and noted when these are finished. So a feed
 * with a file every second does not write its coverage with each.
 */
export function oncePerMinute(now: () => number): NonNullable<Pipeline['isNotedLater']> {
  const noted = new Map<string, number>();
  return ({ feed }: Delivery) => {
    const last = noted.get(feed);
    if (last !== undefined && now() - last < MEMORY) return true;
    noted.set(feed, now());
    return false;
  };
}
