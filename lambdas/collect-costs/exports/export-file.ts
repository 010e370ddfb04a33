import { Conflict, type ObjectStore, readPieces } from '@sgraph-backbone/layer/store';

/** A file of a data export, in a bucket or a folder. It is only ever read. */
export interface ExportFile {
  /** With `/` between folders, whatever the machine. */
  readonly path: string;
  /** Changes with the content. */
  readonly etag: string;
  readonly size: number;
  /** Epoch ms of the last change. */
  readonly modified: number;
  /** Delivered by AWS, so that its time says what was written before what; not copied there by hand. */
  readonly delivered: boolean;
  /** Throws Conflict where it has changed since it was listed. */
  chunks(): AsyncIterable<Uint8Array>;
}

const PIECE_BYTES = 8 * 1024 * 1024;

/** The files of a bucket below a prefix. */
export async function bucketFiles(bucket: ObjectStore, prefix: string): Promise<ExportFile[]> {
  const files: ExportFile[] = [];
  // Listing takes a folder, a prefix may end within a name.
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  for await (const row of bucket.list(folder)) {
    if ('prefix' in row || row.key.endsWith('/') || !row.key.startsWith(prefix)) continue;
    const { key: path, etag, size, modified } = row;
    files.push({ path, etag, size, modified, delivered: true, chunks: () => piecesOf(bucket, path, etag) });
  }
  return files;
}

async function* piecesOf(bucket: ObjectStore, key: string, etag: string): AsyncIterable<Uint8Array> {
  const pieces = await readPieces(bucket, key, { pieceBytes: PIECE_BYTES });
  if (pieces?.etag !== etag) throw new Conflict('changed', key);
  yield* pieces.chunks;
}
