/** What a key holds, without its bytes. */
export interface ObjectInfo {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Opaque; changes with every change of the content, serves compare-and-set alone. */
  readonly etag: string;
  /** Epoch milliseconds of the last write. */
  readonly modified: number;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectInfo {
  /** The whole content, or the range that was asked for; `size` is always that of the whole content. */
  readonly bytes: Uint8Array;
}

/** One row of a listing: an object, or (with `delimiter`) a common prefix. Metadata is not listed. */
export type Listed =
  | { readonly key: string; readonly size: number; readonly etag: string; readonly modified: number }
  | { readonly prefix: string };

export interface GetOptions {
  /** First byte and, exclusive, the byte after the last; a negative start counts from the end. */
  readonly range?: { readonly start: number; readonly end?: number };
  /** Throws Conflict `changed` when the content is not this one any more, or gone (a long read in pieces). */
  readonly ifMatch?: string;
}

export interface PutOptions {
  /** `'*'`: only if the key is absent, else Conflict `exists`. */
  readonly ifNoneMatch?: '*';
  /** Only if the content is this one, else Conflict `changed` (also when the key is absent). */
  readonly ifMatch?: string;
  /** @default by the extension of the key, else `application/octet-stream` */
  readonly contentType?: string;
  /** @default `gzip` where the bytes begin 1f 8b and the key does not end in `.gz`, else none */
  readonly contentEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** S3 alone; no meaning locally, as have tags. */
  readonly storageClass?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ListOptions {
  /** Folds keys that share the text up to this character behind the prefix into one `{prefix}` row. */
  readonly delimiter?: '/';
  /** Only rows (keys, folded prefixes) that come after this text in byte order: the last row goes on. */
  readonly startAfter?: string;
  readonly limit?: number;
}

/**
 * The only database: objects by key, with conditional writes.
 * An absent object is `undefined`; every other failure throws. A lost condition throws Conflict.
 */
export interface ObjectStore {
  get(key: string, options?: GetOptions): Promise<StoredObject | undefined>;
  head(key: string): Promise<ObjectInfo | undefined>;
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<{ readonly etag: string }>;
  /** Deleting what is absent succeeds, unless `ifMatch` is given (Conflict `changed`). */
  delete(key: string, options?: { readonly ifMatch?: string }): Promise<void>;
  /** Rows in byte order of the UTF-8 key. The prefix is empty or ends in `/`. */
  list(prefix: string, options?: ListOptions): AsyncIterable<Listed>;
  /**
   * Moves the content that was read (`ifMatch`), else Conflict `changed`; replaces what is at `to`.
   * Keeps type, encoding and metadata, or replaces the metadata by that given.
   */
  move(
    from: string,
    to: string,
    options: { readonly ifMatch: string; readonly metadata?: Readonly<Record<string, string>> },
  ): Promise<{ readonly etag: string }>;
}

/** What a store URL opens. The observability half holds log objects and secrets and is never versioned. */
export interface Store {
  readonly url: string;
  readonly data: ObjectStore;
  readonly observability: ObjectStore;
  close(): Promise<void>;
}
