import { cacheIdOfPlace, hashOfString, keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import { BadTransfer } from './errors.ts';

const NAMESPACE = NAMESPACES.transfers;
const HOUR = 3_600_000;
const ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Where a transfer is kept. Its id itself is in no key and in no byte. */
export interface TransferPlace {
  readonly cacheId: string;
  /** Cache hash of `transfer:<id>`, for clients of the cache service. */
  readonly hash: string;
}

/** Throws BadTransfer for an id that is no id. */
export function placeOf(id: string): TransferPlace {
  if (!ID.test(id)) throw new BadTransfer('id', '1 to 128 letters, digits, "_" and "-"');
  const name = `transfer:${id}`;
  return { cacheId: cacheIdOfPlace(name), hash: hashOfString(name) };
}

/** Cache key of the records: two digits of the id keep folders small. */
export function recordsOf(cacheId: string): string {
  return `records/${cacheId.slice(0, 2)}`;
}

export function recordKey(cacheId: string): string {
  return keyBasedPath(NAMESPACE, recordsOf(cacheId), cacheId, 'json');
}

/** Sealed events, from a number to one that is exclusive. */
export function chunkKey(cacheId: string, from: number, to: number): string {
  return keyBasedPath(NAMESPACE, `events/${cacheId}`, `${digits(from)}-${digits(to)}`, 'json');
}

export function chunkFolder(cacheId: string): string {
  return keyBasedFolder(NAMESPACE, `events/${cacheId}`);
}

/** Says that a transfer was active in an hour (`2026-02-16-14`, UTC). */
export function activityKey(hour: string, cacheId: string): string {
  return keyBasedPath(NAMESPACE, `activity/${hour}`, cacheId, 'json');
}

export function activityFolder(hour: string): string {
  return keyBasedFolder(NAMESPACE, `activity/${hour}`);
}

export const ACTIVITY = keyBasedFolder(NAMESPACE, 'activity');

/** Says that an attempt to change a transfer is under way, or died. */
export function attemptKey(cacheId: string, attempt: string): string {
  return keyBasedPath(NAMESPACE, `pending/${cacheId}`, attempt, 'json');
}

export const PENDING = keyBasedFolder(NAMESPACE, 'pending');

/** The hour (UTC) of an instant. */
export function hourOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13).replace('T', '-');
}

/** The hours from one to another instant, the newest first. */
export function hoursBetween(from: number, to: number): string[] {
  const hours: string[] = [];
  for (let ms = Math.floor(to / HOUR) * HOUR; ms > from - HOUR; ms -= HOUR) hours.push(hourOf(ms));
  return hours;
}

function digits(number: number): string {
  return String(number).padStart(10, '0');
}
