import type { ListOptions, ObjectStore } from '@sgraph-backbone/layer/store';
import { newestFirst, type Order } from './cache-id.ts';
import type { Strategy } from './entry.ts';
import { expiryPart, STRATEGY_LETTERS } from './entry-paths.ts';

/** An empty object whose name says all: the newest of a hash is the first of a listing. */
export interface HashMarker {
  readonly hash: string;
  readonly order: Order;
  readonly cacheId: string;
  readonly strategy: Strategy;
  readonly expiresAt?: number;
}

export interface ListedMarker extends HashMarker {
  readonly path: string;
}

const NAME = /^([0-9a-f]{18})\.([0-9a-f-]{36})\.([dtlvk])(?:\.x([0-9a-f]+))?$/;
const STRATEGY_OF = Object.fromEntries(
  Object.entries(STRATEGY_LETTERS).map(([strategy, letter]) => [letter, strategy]),
) as Readonly<Record<string, Strategy>>;

/** Behind every marker of a hash. */
const LAST = '~';
/** Markers of one hash that are passed one by one before a listing skips to the next hash. */
const PATIENCE = 1000;
/** Rows of the first listing, and of each after it. */
const FEW = 4;
const MANY = 1000;

export function markerPath(namespace: string, marker: HashMarker): string {
  const { hash, order, cacheId, strategy, expiresAt } = marker;
  const name = `${newestFirst(order)}.${cacheId}.${STRATEGY_LETTERS[strategy]}${expiryPart(expiresAt)}`;
  return `${markerFolder(namespace, hash)}${name}`;
}

export function markerFolder(namespace: string, hash = ''): string {
  return `${namespace}/refs/by-hash/${hash && `${hash}/`}`;
}

/** Markers of a namespace in order of their hashes, or those of one hash, newest first. */
export async function* listMarkers(
  data: ObjectStore,
  folder: string,
  options?: Pick<ListOptions, 'startAfter' | 'limit'>,
): AsyncGenerator<ListedMarker> {
  for await (const row of data.list(folder, options)) {
    const marker = 'key' in row ? parseMarker(row.key) : undefined;
    if (marker !== undefined) yield marker;
  }
}

/** Markers of one hash, newest first: few at a time, since the first mostly does. */
export async function* newestMarkers(
  data: ObjectStore,
  namespace: string,
  hash: string,
): AsyncGenerator<ListedMarker> {
  const folder = markerFolder(namespace, hash);
  let after: string | undefined;
  for (let limit = FEW; ; limit = MANY) {
    let listed = 0;
    for await (const marker of listMarkers(data, folder, { startAfter: after, limit })) {
      listed++;
      after = marker.path;
      yield marker;
    }
    if (listed < limit) return;
  }
}

/** One marker for each hash, the newest of those that `isLive`. */
export async function* listHashes(
  data: ObjectStore,
  namespace: string,
  isLive: (marker: HashMarker) => boolean,
  afterHash?: string,
): AsyncGenerator<ListedMarker> {
  const folder = markerFolder(namespace);
  let after = afterHash === undefined ? undefined : `${folder}${afterHash}/${LAST}`;
  for (;;) {
    let hash: string | undefined;
    let passed = 0;
    let skipped = false;
    for await (const marker of listMarkers(data, folder, { startAfter: after })) {
      if (marker.hash !== hash && isLive(marker)) {
        yield marker;
        hash = marker.hash;
        passed = 0;
      } else if (marker.hash === hash && ++passed >= PATIENCE) {
        after = `${folder}${hash}/${LAST}`;
        skipped = true;
        break;
      }
    }
    if (!skipped) return;
  }
}

function parseMarker(path: string): ListedMarker | undefined {
  const [hash = '', name = ''] = path.split('/').slice(-2);
  const [, inverse, cacheId, letter, expires] = NAME.exec(name) ?? [];
  if (inverse === undefined) return undefined;
  const expiresAt = expires === undefined ? undefined : Number.parseInt(expires, 16);
  const strategy = STRATEGY_OF[letter!]!;
  return { hash, order: newestFirst(inverse), cacheId: cacheId!, strategy, expiresAt, path };
}
