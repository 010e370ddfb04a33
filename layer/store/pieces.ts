import { BadStoreInput, Conflict } from './errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** An object that is read piece by piece. */
export interface Pieces {
  readonly etag: string;
  /** Bytes of the whole content. */
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modified: number;
  /** Throws Conflict `changed` when the object is replaced or deleted before the last piece is read. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads an object of any size in bounded memory: every piece must be of the content the first was of. */
export async function readPieces(
  store: ObjectStore,
  key: string,
  { pieceBytes }: { readonly pieceBytes: number },
): Promise<Pieces | undefined> {
  if (!(pieceBytes >= 1)) throw new BadStoreInput(`A piece has at least 1 byte: ${pieceBytes}`);
  const first = await store.get(key, { range: { start: 0, end: pieceBytes } });
  if (first === undefined) return undefined;
  const { etag, size, modified } = first;
  return { etag, size, modified, chunks: piecesFrom(store, first, pieceBytes) };
}

async function* piecesFrom(
  store: ObjectStore,
  first: StoredObject,
  pieceBytes: number,
): AsyncIterable<Uint8Array> {
  if (first.size > 0) yield first.bytes;
  for (let start = pieceBytes; start < first.size; start += pieceBytes) {
    const range = { start, end: start + pieceBytes };
    const piece = await store.get(first.key, { range, ifMatch: first.etag });
    if (piece === undefined) throw new Conflict('changed', first.key);
    yield piece.bytes;
  }
}
