import { type Cursor, isTrue, readBinary, readInt, readList, readStruct } from './thrift.ts';

/** A Parquet footer as far as a batch of ours is read by it. Numbers are those of parquet.thrift. */
export interface Footer {
  readonly rows: number;
  readonly groups: readonly Group[];
  /** Key-value metadata as UTF-8. */
  readonly entries: ReadonlyMap<string, Uint8Array>;
}

export interface Group {
  readonly rows: number;
  /** By name. */
  readonly columns: ReadonlyMap<string, Chunk>;
}

/** Where one column of a row group lies in its file. */
export interface Chunk {
  readonly codec: number;
  /** Values of eight bytes. */
  readonly wide: boolean;
  readonly dataAt: number;
  readonly dictionaryAt?: number;
}

/** A page's header, and where its content begins. */
export interface PageHeader {
  readonly at: number;
  readonly size: number;
  readonly packedSize: number;
  /** Values of a dictionary page; undefined for a data page. */
  readonly entries?: number;
  readonly rows: number;
  readonly nulls: number;
  /** Bytes of the definition levels, which are never packed. */
  readonly levels: number;
  readonly packed: boolean;
}

const INT64 = 2;

/** Reads a footer from its bytes, without its length and the closing magic. Throws RangeError on damage. */
export function readFooter(bytes: Uint8Array): Footer {
  const cursor = { bytes, at: 0 };
  let rows = -1;
  const groups: Group[] = [];
  const entries = new Map<string, Uint8Array>();
  readStruct(cursor, (id) => {
    if (id === 3) rows = readInt(cursor);
    else if (id === 4) readList(cursor, () => groups.push(readGroup(cursor)));
    else if (id === 5) readList(cursor, () => readEntry(cursor, entries));
    else return false;
    return true;
  });
  return { rows, groups, entries };
}

/** Reads the header of the page at `at`. Throws RangeError on damage. */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader {
  const cursor = { bytes, at };
  const header = { size: -1, packedSize: -1, rows: -1, nulls: 0, levels: 0, packed: true };
  let entries: number | undefined;
  readStruct(cursor, (id) => {
    if (id === 2) header.size = readInt(cursor);
    else if (id === 3) header.packedSize = readInt(cursor);
    else if (id === 7) entries = readDictionaryHeader(cursor);
    else if (id === 8) Object.assign(header, readDataHeader(cursor));
    else return false;
    return true;
  });
  return { ...header, at: cursor.at, entries };
}

function readGroup(cursor: Cursor): Group {
  let rows = -1;
  const columns = new Map<string, Chunk>();
  readStruct(cursor, (id) => {
    if (id === 1) readList(cursor, () => readChunk(cursor, columns));
    else if (id === 3) rows = readInt(cursor);
    else return false;
    return true;
  });
  return { rows, columns };
}

function readChunk(cursor: Cursor, columns: Map<string, Chunk>): void {
  readStruct(cursor, (id) => {
    if (id === 3) readColumn(cursor, columns);
    return id === 3;
  });
}

function readColumn(cursor: Cursor, columns: Map<string, Chunk>): void {
  let name = '';
  const chunk = { codec: -1, wide: false, dataAt: -1, dictionaryAt: undefined as number | undefined };
  readStruct(cursor, (id) => {
    if (id === 1) chunk.wide = readInt(cursor) === INT64;
    else if (id === 3) name = readPath(cursor);
    else if (id === 4) chunk.codec = readInt(cursor);
    else if (id === 9) chunk.dataAt = readInt(cursor);
    else if (id === 11) chunk.dictionaryAt = readInt(cursor);
    else return false;
    return true;
  });
  columns.set(name, chunk);
}

/** Our columns are no structs, so that a path is one name. */
function readPath(cursor: Cursor): string {
  const names: string[] = [];
  readList(cursor, () => names.push(textOf(readBinary(cursor))));
  return names.join('.');
}

function readEntry(cursor: Cursor, entries: Map<string, Uint8Array>): void {
  let key = '';
  let value: Uint8Array = NOTHING;
  readStruct(cursor, (id) => {
    if (id === 1) key = textOf(readBinary(cursor));
    else if (id === 2) value = readBinary(cursor);
    else return false;
    return true;
  });
  entries.set(key, value);
}

const NOTHING = new Uint8Array(0);

function readDictionaryHeader(cursor: Cursor): number {
  let entries = -1;
  readStruct(cursor, (id) => {
    if (id === 1) entries = readInt(cursor);
    return id === 1;
  });
  return entries;
}

function readDataHeader(cursor: Cursor): Partial<PageHeader> {
  const header = { rows: -1, nulls: 0, levels: 0, packed: true };
  readStruct(cursor, (id, type) => {
    if (id === 2) header.nulls = readInt(cursor);
    else if (id === 3) header.rows = readInt(cursor);
    else if (id === 5) header.levels = readInt(cursor);
    else if (id === 7) header.packed = isTrue(type);
    else return false;
    return true;
  });
  return header;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
