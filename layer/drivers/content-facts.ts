import type { PutOptions } from '@sgraph-backbone/layer/store';

/** What a store tells about a content beside its bytes. */
export interface ContentFacts {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Types by extension, and the extensions whose files keep their plain name on disk.
 * Part of the format of a disk store: taking a line out, or adding one, hides files written before.
 */
const TYPES: Readonly<Record<string, string>> = {
  bin: 'application/octet-stream',
  config: 'application/json',
  csv: 'text/csv; charset=utf-8',
  gz: 'application/gzip',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  log: 'text/plain; charset=utf-8',
  metadata: 'application/json',
  parquet: 'application/vnd.apache.parquet',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  zip: 'application/zip',
  zst: 'application/zstd',
};

/** The type of an extension of the store, `undefined` for every other. */
export function typeOfExtension(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1) : '';
  return Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined;
}

/** What a key and the first two bytes of its content say by themselves. */
export function derivedFacts(key: string, bytes: Uint8Array): ContentFacts {
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b && !key.endsWith('.gz');
  return {
    contentType: typeOfExtension(key.slice(key.lastIndexOf('/') + 1)) ?? 'application/octet-stream',
    ...(gzipped && { contentEncoding: 'gzip' }),
  };
}

/** What a put says, the rest derived. */
export function factsOfPut(key: string, bytes: Uint8Array, options: PutOptions): ContentFacts {
  const derived = derivedFacts(key, bytes);
  const contentEncoding = options.contentEncoding ?? derived.contentEncoding;
  return {
    contentType: options.contentType ?? derived.contentType,
    ...(contentEncoding && { contentEncoding }),
    ...metadataOf(options.metadata),
  };
}

/** The facts with other metadata, where there is any. */
export function withMetadata(facts: ContentFacts, metadata: ContentFacts['metadata']): ContentFacts {
  const { metadata: _, ...rest } = facts;
  return metadata === undefined ? facts : { ...rest, ...metadataOf(metadata) };
}

function metadataOf(metadata: ContentFacts['metadata']): Pick<ContentFacts, 'metadata'> {
  return metadata && Object.keys(metadata).length > 0 ? { metadata: { ...metadata } } : {};
}
