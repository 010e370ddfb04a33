import { Conflict, type ObjectInfo, type ObjectStore, type PutOptions } from '@sgraph-backbone/layer/store';
import { checkConditions } from './conditions.ts';
import { type ContentFacts, factsOfPut, withMetadata } from './content-facts.ts';
import type { Half, SqliteDatabase } from './sqlite-database.ts';

/** Bytes from which a content lies in pieces, so that a part of it can be read without the whole. */
export const PIECE = 2 ** 20;

type MoveOptions = Parameters<ObjectStore['move']>[2];

/** A row without its content. */
interface HeadRow {
  readonly id: number;
  readonly size: number;
  readonly modified: number;
  readonly type: string | null;
  readonly encoding: string | null;
  readonly metadata: string | null;
}

/** A row of a listing. */
export interface KeyRow {
  readonly key: string;
  readonly id: number;
  readonly size: number;
  readonly modified: number;
}

/** The objects of one half, in a table. */
export interface SqliteTable {
  head(key: string): ObjectInfo | undefined;
  /** The object and the bytes that `part` asks for, once it knows the object. */
  get(
    key: string,
    part: (info: ObjectInfo) => { start: number; end: number },
  ): { readonly info: ObjectInfo; readonly bytes: Uint8Array } | undefined;
  put(key: string, bytes: Uint8Array, options: PutOptions, now: number): { etag: string };
  delete(key: string, options: { readonly ifMatch?: string }): void;
  move(from: string, to: string, options: MoveOptions, now: number): { etag: string };
  /** Rows from the key `from` on to before the key `before`. */
  rows(from: string, before: string | undefined, limit: number): KeyRow[];
}

/** The ETag of a write: its number, and when it was, so that two files hardly share one. */
export function etagOf({ id, modified }: { readonly id: number; readonly modified: number }): string {
  return `${modified.toString(36)}-${id.toString(36)}`;
}

/** Statements on the table of a half. */
export function sqliteTable({ database, read, snapshot, write }: SqliteDatabase, half: Half): SqliteTable {
  const HEAD = 'id, size, modified, type, encoding, metadata';
  const selectHead = database.prepare(`SELECT ${HEAD} FROM ${half} WHERE key = ?`);
  const selectRow = database.prepare(`SELECT ${HEAD}, bytes FROM ${half} WHERE key = ?`);
  const selectPieces = database.prepare(
    `SELECT start, bytes FROM ${half}_pieces WHERE id = ? AND start > ? AND start < ? ORDER BY start`,
  );
  const selectKeys = database.prepare(
    `SELECT key, id, size, modified FROM ${half} WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`,
  );
  const insert = database.prepare(
    `INSERT OR REPLACE INTO ${half} (key, size, modified, type, encoding, metadata, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertPiece = database.prepare(`INSERT INTO ${half}_pieces (id, start, bytes) VALUES (?, ?, ?)`);
  const copy = database.prepare(
    `INSERT OR REPLACE INTO ${half} (key, size, modified, type, encoding, metadata, bytes)
     SELECT ?, size, ?, ?, ?, ?, bytes FROM ${half} WHERE id = ?`,
  );
  const takePieces = database.prepare(`UPDATE ${half}_pieces SET id = ? WHERE id = ?`);
  const removeRow = database.prepare(`DELETE FROM ${half} WHERE id = ?`);
  const removePieces = database.prepare(`DELETE FROM ${half}_pieces WHERE id = ?`);

  const headOf = (key: string) => selectHead.get(key) as HeadRow | undefined;

  /** The content of a row, where it is in pieces that part of it which is in `start` to `end`. */
  function contentOf(row: HeadRow, bytes: Uint8Array | null, start: number, end: number): Uint8Array {
    if (row.size <= PIECE) return (bytes ?? new Uint8Array()).slice(start, end);
    const content = new Uint8Array(end - start);
    for (const piece of selectPieces.all(row.id, start - PIECE, end)) {
      const { start: at, bytes: part } = piece as { start: number; bytes: Uint8Array };
      const cut = part.subarray(Math.max(0, start - at), Math.max(0, end - at));
      content.set(cut, Math.max(0, at - start));
    }
    return content;
  }

  function forget(old: HeadRow | undefined): void {
    if (old !== undefined && old.size > PIECE) removePieces.run(old.id);
  }

  return {
    head: (key) =>
      infoOf(
        key,
        read(() => headOf(key)),
      ),
    get(key, part) {
      const rowOf = () => selectRow.get(key) as (HeadRow & { bytes: Uint8Array | null }) | undefined;
      const found = (row: ReturnType<typeof rowOf>) => {
        const info = infoOf(key, row);
        if (row === undefined || info === undefined) return undefined;
        const { start, end } = part(info);
        return { info, bytes: contentOf(row, row.bytes, start, end) };
      };
      const row = read(rowOf);
      // Row and pieces are of one write: somebody may replace both meanwhile.
      return row !== undefined && row.size > PIECE ? snapshot(() => found(rowOf())) : found(row);
    },
    put: (key, bytes, options, modified) =>
      write(() => {
        const old = headOf(key);
        checkConditions(key, old && etagOf(old), options);
        const facts = columnsOf(factsOfPut(key, bytes, options));
        const inRow = bytes.length <= PIECE ? bytes : null;
        forget(old);
        const id = Number(insert.run(key, bytes.length, modified, ...facts, inRow).lastInsertRowid);
        if (inRow === null)
          for (let start = 0; start < bytes.length; start += PIECE)
            insertPiece.run(id, start, bytes.subarray(start, start + PIECE));
        return { etag: etagOf({ id, modified }) };
      }),
    delete: (key, options) =>
      write(() => {
        const old = headOf(key);
        checkConditions(key, old && etagOf(old), options);
        if (old === undefined) return;
        forget(old);
        removeRow.run(old.id);
      }),
    move: (from, to, { ifMatch, metadata }, modified) =>
      write(() => {
        const source = headOf(from);
        if (source === undefined || etagOf(source) !== ifMatch) throw new Conflict('changed', from);
        const facts = columnsOf(withMetadata(factsOf(source), metadata));
        if (from !== to) forget(headOf(to));
        const id = Number(copy.run(to, modified, ...facts, source.id).lastInsertRowid);
        if (source.size > PIECE) takePieces.run(id, source.id);
        removeRow.run(source.id);
        return { etag: etagOf({ id, modified }) };
      }),
    // Any text is before any blob.
    rows: (from, before, limit) =>
      read(() => selectKeys.all(from, before ?? new Uint8Array([0]), limit)) as unknown as KeyRow[],
  };
}

function infoOf(key: string, row: HeadRow | undefined): ObjectInfo | undefined {
  if (row === undefined) return undefined;
  return { key, size: row.size, etag: etagOf(row), modified: row.modified, ...factsOf(row) };
}

function factsOf({ type, encoding, metadata }: HeadRow): ContentFacts {
  return {
    ...(type !== null && { contentType: type }),
    ...(encoding !== null && { contentEncoding: encoding }),
    ...(metadata !== null && { metadata: JSON.parse(metadata) }),
  };
}

function columnsOf({ contentType, contentEncoding, metadata }: ContentFacts): (string | null)[] {
  return [
    contentType ?? null,
    contentEncoding ?? null,
    metadata === undefined ? null : JSON.stringify(metadata),
  ];
}
