import type { ObjectStore } from '@sgraph-backbone/layer/store';

/** Where an entry lies, and whether storing again replaces it. */
export const STRATEGIES = [
  'direct',
  'temporal',
  'temporal_latest',
  'temporal_versioned',
  'key_based',
] as const;
export type Strategy = (typeof STRATEGIES)[number];

export type ContentType = 'json' | 'string' | 'binary';

/** What is stored: JSON as the text that was received, or the bytes with the encoding that they came in. */
export type Content =
  | { readonly type: 'json'; readonly text: string }
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'binary'; readonly bytes: Uint8Array; readonly encoding?: string };

/** A place that content is stored at. */
export interface Place {
  readonly namespace: string;
  readonly strategy: Strategy;
  /** Folder of a key-based entry, series of a versioned one; the others carry it along. @default '' */
  readonly cacheKey?: string;
  /** @default the new cache id */
  readonly fileId?: string;
}

/** What is stored, where, and for how long. */
export interface StoreRequest extends Place {
  readonly content: Content;
  /** The field of a JSON entry whose value is hashed, in place of the whole. */
  readonly jsonFieldPath?: string;
  /** @default hash of the content by its type (of gzip: of what is inside) */
  readonly hash?: string;
  /** Hours until it expires; 0 is never. @default what the namespace has, else never */
  readonly ttlHours?: number;
  /** Only if the place is empty (`'*'`), or holds the content of this ETag; else Conflict. */
  readonly ifNoneMatch?: '*';
  readonly ifMatch?: string;
}

/** An entry without its content. */
export interface EntryInfo {
  readonly namespace: string;
  readonly cacheId: string;
  readonly hash: string;
  readonly strategy: Strategy;
  /** Empty where there is none. */
  readonly cacheKey: string;
  readonly fileId: string;
  readonly type: ContentType;
  readonly contentEncoding?: string;
  readonly jsonFieldPath?: string;
  /** Epoch ms, as are the others. */
  readonly storedAt: number;
  readonly updatedAt?: number;
  readonly expiresAt?: number;
  /** Key of the object that holds it. */
  readonly path: string;
  /** Keys of the objects that lead to it by hash and by id (that of the entry itself where its id says enough). */
  readonly hashPath: string;
  readonly idPath: string;
  /** Bytes as stored. */
  readonly size: number;
  readonly etag: string;
}

/** An entry and the bytes of its object: indented ASCII JSON of a JSON entry and of a string, else as received. */
export interface Entry extends EntryInfo {
  readonly bytes: Uint8Array;
}

/** What the cache is made with. */
export interface CacheContext {
  readonly data: ObjectStore;
  /** Epoch ms. */
  now(): number;
  /** Any UUID; the cache takes its random digits. */
  newId(): string;
  /** Hours that entries of a namespace live unless they say otherwise. @default without end */
  ttlHours?(namespace: string): number | undefined;
}

/** One page of a listing; without a cursor it is the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string;
}

export interface PageOptions {
  /** @default 10000 */
  readonly limit?: number;
  /** Of the page before. */
  readonly cursor?: string;
}

/** Rows of a page that names no limit. */
export const PAGE_ROWS = 10_000;
