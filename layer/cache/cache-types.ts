import type {
  Content,
  ContentType,
  Entry,
  EntryInfo,
  Page,
  PageOptions,
  Place,
  StoreRequest,
  Strategy,
} from './entry.ts';

/** An entry of the original, or of another store, with the id and time it had there. */
export interface AdoptRequest extends StoreRequest {
  readonly cacheId: string;
  readonly hash: string;
  /** Epoch ms. */
  readonly storedAt: number;
  /** Order among those of one millisecond, 0 to 255. @default 0 */
  readonly turn?: number;
}

/** A cache id and hash for an object that others write: a roll-up, a second id on one file. */
export interface AliasRequest extends Place {
  readonly cacheId: string;
  readonly hash: string;
  /** Key of the object; nobody who deletes the alias deletes it. */
  readonly path: string;
  readonly type: ContentType;
  readonly contentEncoding?: string;
  /** Epoch ms. */
  readonly storedAt: number;
  readonly turn?: number;
}

export interface IdOfHash {
  readonly cacheId: string;
  readonly strategy: Strategy;
  /** Epoch ms. */
  readonly storedAt: number;
  /** Key of its marker. */
  readonly path: string;
}

/** One version of a series (cache key and file id). */
export interface Version {
  readonly cacheId: string;
  readonly strategy: 'temporal_latest' | 'temporal_versioned';
  readonly fileId: string;
  /** Epoch ms. */
  readonly storedAt: number;
  readonly path: string;
  /** Bytes as stored. */
  readonly size: number;
}

/** Names one file of child data. */
export interface ChildPlace {
  /** @default '' */
  readonly dataKey?: string;
  readonly dataFileId: string;
  readonly type: ContentType;
}

export interface ChildInfo {
  readonly dataKey: string;
  readonly dataFileId: string;
  readonly type: ContentType;
  readonly extension: 'json' | 'txt' | 'bin';
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
}

export interface Child extends ChildInfo {
  readonly bytes: Uint8Array;
}

/** What a namespace holds that has not expired. */
export interface CacheStats {
  readonly entries: Readonly<Record<Strategy, number>>;
  /** Different hashes. */
  readonly hashes: number;
  /** Objects that lead to entries: by hash, and by id. */
  readonly hashMarkers: number;
  readonly idReferences: number;
  readonly childFiles: number;
  /** Objects in all. */
  readonly files: number;
}

/** Child data of entries. Whatever is asked of an entry that is absent answers `undefined`, false or nothing. */
export interface ChildData {
  /** Stores or replaces; `undefined` where the entry is absent. */
  put(
    namespace: string,
    cacheId: string,
    child: Omit<ChildPlace, 'type'> & { content: Content },
  ): Promise<ChildInfo | undefined>;
  /** Replaces what is there; `undefined` where it, or the entry, is absent. */
  update(
    namespace: string,
    cacheId: string,
    child: Omit<ChildPlace, 'type'> & { content: Content; ifMatch?: string },
  ): Promise<ChildInfo | undefined>;
  get(namespace: string, cacheId: string, place: ChildPlace): Promise<Child | undefined>;
  exists(namespace: string, cacheId: string, place: ChildPlace): Promise<boolean>;
  /** In order of their paths; `undefined` where the entry is absent. */
  list(
    namespace: string,
    cacheId: string,
    options?: PageOptions & { dataKey?: string; recursive?: boolean },
  ): Promise<Page<ChildInfo> | undefined>;
  /** Whether it was there. */
  remove(namespace: string, cacheId: string, place: ChildPlace): Promise<boolean>;
  /** Paths that were removed. */
  removeAll(namespace: string, cacheId: string, dataKey?: string): Promise<readonly string[]>;
}

/** The cache service on a store. What is absent or expired is `undefined` or false; bad input throws typed errors. */
export interface Cache {
  store(request: StoreRequest): Promise<EntryInfo>;
  /** Writes an entry with the id and time it has elsewhere; again changes nothing. */
  adopt(request: AdoptRequest): Promise<EntryInfo>;
  /** Gives an object an id and a hash; again changes nothing. */
  alias(request: AliasRequest): Promise<void>;
  retrieveById(namespace: string, cacheId: string): Promise<Entry | undefined>;
  /** The newest entry of a hash. */
  retrieveByHash(namespace: string, hash: string): Promise<Entry | undefined>;
  infoById(namespace: string, cacheId: string): Promise<EntryInfo | undefined>;
  infoByHash(namespace: string, hash: string): Promise<EntryInfo | undefined>;
  /** Other content under the same id, hash and expiry; `undefined` where there is none. `ifMatch` lost: Conflict. */
  update(
    namespace: string,
    cacheId: string,
    content: Content,
    options?: { ifMatch?: string },
  ): Promise<EntryInfo | undefined>;
  /** Removes an entry with its child data; answers what was removed. */
  remove(
    namespace: string,
    cacheId: string,
    options?: { ifMatch?: string },
  ): Promise<{ readonly info: EntryInfo; readonly paths: readonly string[] } | undefined>;
  /** Versions of a cache key, of all its file ids or of one, newest first. */
  versions(
    namespace: string,
    cacheKey: string,
    options?: PageOptions & { fileId?: string },
  ): Promise<Page<Version>>;
  /** Ids of a hash, newest first. */
  idsOfHash(namespace: string, hash: string, options?: PageOptions): Promise<Page<IdOfHash>>;
  /** Hashes in order. */
  hashes(namespace: string, options?: PageOptions): Promise<Page<string>>;
  /** Ids in order of their hashes. */
  ids(namespace: string, options?: PageOptions): Promise<Page<string>>;
  namespaces(): Promise<readonly string[]>;
  readonly child: ChildData;
  stats(namespace: string): Promise<CacheStats>;
  /** Removes what has expired; answers how many entries. */
  sweepExpired(namespace: string): Promise<number>;
}
