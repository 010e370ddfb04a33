import { createHash } from 'node:crypto';
import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import type { Period } from '@sgraph-backbone/layer/rollups';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import { namespacesOf } from './feeds.ts';

// Log objects come from CloudFront alone, so the ledger of objects has one home.
const LEDGER = NAMESPACES.cloudfront.ledger;

/** Folder of a window's raw batches. `window` is a window key: `2026-02-16/14-30`. */
export function rawWindowFolder(feed: string, window: string): string {
  return keyBasedFolder(namespacesOf(feed).raw, `${feed}/${window}`);
}

/** Folder of all raw batches of a feed. */
export function rawFeedFolder(feed: string): string {
  return keyBasedFolder(namespacesOf(feed).raw, feed);
}

/**
 * Ids of the events of a window, beside its raw batches: in the same namespace, whose objects expire, and not in the
 * folder that is listed for batches.
 */
export function windowIdsKey(feed: string, window: string): string {
  return keyBasedPath(namespacesOf(feed).raw, `ids/${feed}/${window}`, 'ids', 'bin');
}

/** Folder of the ids of all windows of a feed. */
export function windowIdsFolder(feed: string): string {
  return keyBasedFolder(namespacesOf(feed).raw, `ids/${feed}`);
}

/** A raw batch: what one object adds to one window in one generation. */
export function rawBatchKey(feed: string, window: string, objectId: string, generation: number): string {
  return keyBasedPath(namespacesOf(feed).raw, `${feed}/${window}`, `${objectId}.${generation}`, 'parquet');
}

/** The consolidated window. */
export function windowObjectKey(feed: string, window: string): string {
  return keyBasedPath(namespacesOf(feed).consolidated, `${feed}/${window}`, 'summary', 'json');
}

/** Folder of all consolidated windows of a feed. */
export function windowFeedFolder(feed: string): string {
  return keyBasedFolder(namespacesOf(feed).consolidated, feed);
}

/** A roll-up of a feed, or of one of its hosts. */
export function rollupKey(feed: string, period: Period, timeKey: string, host?: string): string {
  return keyBasedPath(namespacesOf(feed).aggregate, `${owner(feed, host)}/${period}`, timeKey, 'json');
}

/** Folder of the roll-ups of a feed (or of one of its hosts) in one period. */
export function rollupFolder(feed: string, period: Period, host?: string): string {
  return keyBasedFolder(namespacesOf(feed).aggregate, `${owner(feed, host)}/${period}`);
}

/** Ledger entry of an object. */
export function entryKey(objectId: string): string {
  return keyBasedPath(LEDGER, `objects/${objectId.slice(0, 2)}`, objectId, 'json');
}

export function entriesFolder(): string {
  return keyBasedFolder(LEDGER, 'objects');
}

/** Where an object was seen. The place is hashed: it may be longer than a key may be. */
export function locationKey(location: string): string {
  const hash = createHash('sha256').update(location).digest('hex').slice(0, 32);
  return keyBasedPath(LEDGER, `locations/${hash.slice(0, 2)}`, hash, 'json');
}

export function pendingKey(objectId: string, attempt: string): string {
  return keyBasedPath(LEDGER, `pending/${objectId}`, attempt, 'json');
}

/** Folder of the markers of one object, or of all. */
export function pendingFolder(objectId?: string): string {
  return keyBasedFolder(LEDGER, objectId === undefined ? 'pending' : `pending/${objectId}`);
}

/** Coverage and deliveries of a feed. */
export function coverageKey(feed: string): string {
  return keyBasedPath(namespacesOf(feed).ledger, 'coverage', feed, 'json');
}

export function coverageFolder(namespace: string): string {
  return keyBasedFolder(namespace, 'coverage');
}

export function quarantineKey(objectId: string): string {
  return keyBasedPath(LEDGER, 'quarantine', objectId, 'json');
}

function owner(feed: string, host: string | undefined): string {
  return host === undefined ? feed : `${feed}/hosts/${host}`;
}
