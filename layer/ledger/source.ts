import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { OBSERVABILITY, readPieces } from '@sgraph-backbone/layer/store';

/** Where content was seen and which content it was: enough to read the same bytes again. */
export interface SourceName {
  /** `live:<key>` in the observability store, or `file:<absolute path>`. */
  readonly location: string;
  /** The ETag, or a file's stamp, that was read. */
  readonly etag: string;
  /** Epoch ms of the delivery; absent for history copied in by hand, which covers nothing. */
  readonly arrived?: number;
}

/** A place that is there and can't be read: the message names it and the reason. */
export class SourceUnreadable extends Error {
  override readonly name = 'SourceUnreadable';
}

/** A log object that can be read. */
export interface Source extends SourceName {
  /** Name or key as delivered: the distribution may be told from it. */
  readonly name: string;
  /** Bytes as delivered. */
  readonly size: number;
  chunks(): AsyncIterable<Uint8Array>;
  /** Whether the place still holds the content that was read. */
  isStillThere(): Promise<boolean>;
}

const LIVE = 'live:';

/** Pieces in which a log object is read: large enough to be few requests, small enough to be many in memory. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** The log object at a key below `live/`; undefined when it is gone. */
export async function liveSource(observability: ObjectStore, key: string): Promise<Source | undefined> {
  const read = await readPieces(observability, key, { pieceBytes: PIECE_BYTES });
  if (read === undefined) return undefined;
  return {
    location: LIVE + key,
    etag: read.etag,
    name: key.slice(OBSERVABILITY.live.length),
    size: read.size,
    arrived: read.modified,
    chunks: () => read.chunks,
    isStillThere: async () => (await observability.head(key))?.etag === read.etag,
  };
}

/** The key below `live/` of a location, if it is one. */
export function liveKeyOf(location: string): string | undefined {
  return location.startsWith(LIVE) ? location.slice(LIVE.length) : undefined;
}

export function liveLocation(key: string): string {
  return LIVE + key;
}

/** Opens what is at a place now; undefined when nothing is. */
export type OpenPlace = (location: string) => Promise<Source | undefined>;

/** Opens a source again by its name; undefined when the place is gone or holds other content. */
export type OpenSource = (name: SourceName) => Promise<Source | undefined>;

/** Opens places in `live/`, and files by the function given (a Lambda has none). */
export function placeOpener(observability: ObjectStore, openFile?: OpenPlace): OpenPlace {
  return async (location) => {
    const key = liveKeyOf(location);
    return key === undefined ? openFile?.(location) : liveSource(observability, key);
  };
}

/** Opens sources whose content is still the one that was read. */
export function sourceOpener(openPlace: OpenPlace): OpenSource {
  return async ({ location, etag }) => {
    const source = await openPlace(location);
    return source?.etag === etag ? source : undefined;
  };
}
