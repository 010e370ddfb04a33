import type { Dictionaries, EventBlock } from '@sgraph-backbone/layer/logs';
import type { BatchMeta } from './batch-meta.ts';
import { hashOfTexts, metadataOf, type SummaryTexts, textsOf } from './batch-meta.ts';
import { columnsOf } from './columns.ts';
import type { Encoder } from './encoder.ts';
import { createEncoder } from './encoder.ts';
import { createMinutes, type Minutes } from './minutes.ts';
import { packRows, unpackRows } from './packed-rows.ts';
import type { RowBuffer } from './row-buffer.ts';
import { appendRows, clearRows, createRowBuffer, moveRows, sourcesOf } from './row-buffer.ts';
import type { RowGroups } from './row-groups.ts';
import { createRowGroups } from './row-groups.ts';
import type { Extent, Spill } from './spill.ts';
import { createSpill } from './spill.ts';

/** All raw batches of one log object while it is parsed: one per feed and window. */
export interface BatchSet {
  /** Copies the rows of a block that fall into a window; `rows` are indexes into the block, in order. */
  add(feed: string, window: string, block: EventBlock, rows: Int32Array, count: number): void;
  /** What `finish` has to be called for, in order of feed and window. */
  windows(): readonly BatchWindow[];
  /** Ends one batch and hands over its file; the set forgets it. The same rows and options give the same bytes. */
  finish(feed: string, window: string, options: FinishOptions): FinishedBatch;
  /** Gives memory and temporary file back; also after an error. */
  close(): void;
}

export interface BatchWindow {
  readonly feed: string;
  readonly window: string;
  readonly rows: number;
}

export type FinishOptions = Pick<
  BatchMeta,
  | 'object_id'
  | 'generation'
  | 'rules_version'
  | 'summary'
  | 'hosts'
  /** Those of the batch whose rows are written again: visitors are in no row. @default counted from the rows */
  | 'minutes'
>;

export interface FinishedBatch {
  readonly meta: BatchMeta;
  /** The Parquet file. */
  readonly bytes: Uint8Array;
}

export interface BatchSetOptions {
  /**
   * Rows held in memory over all windows, some 150 bytes each; beyond it they go to a temporary file.
   * @default 50_000
   */
  readonly rowsInMemory?: number;
  /**
   * Minutes before this moment (epoch ms) are not counted for the pulse.
   * @default all are
   */
  readonly minutesFrom?: number;
}

/** `folder` is for temporary files, of objects with more rows than `rowsInMemory`; it must exist. */
export function createBatchSet(
  folder: string,
  { rowsInMemory = 50_000, minutesFrom = 0 }: BatchSetOptions = {},
): BatchSet {
  const set: State = {
    minutesFrom,
    windows: new Map(),
    encoder: createEncoder(),
    spill: createSpill(folder),
    held: 0,
    capacity: 0,
  };
  return {
    add(feed, window, block, rows, count) {
      if (set.dictionaries !== block.dictionaries) renewDictionaries(set, block.dictionaries);
      const open = openWindow(set, feed, window);
      set.capacity -= open.buffer.capacity;
      open.minutes?.add(block, rows, count);
      appendRows(open.buffer, block, rows, count);
      set.capacity += open.buffer.capacity;
      open.rows += count;
      set.held += count;
      const crowded = set.capacity > 2 * rowsInMemory;
      if (crowded || set.held > rowsInMemory) putRowsAside(set, crowded);
    },
    windows: () =>
      [...set.windows.values()].map(({ feed, window, rows }) => ({ feed, window, rows })).sort(inOrder),
    finish: (feed, window, options) => finishWindow(set, feed, window, options),
    close() {
      set.windows.clear();
      set.spill.close();
    },
  };
}

/** Rows of a row group: a few MB to encode and to read back. */
const ROW_GROUP = 100_000;

interface State {
  readonly minutesFrom: number;
  readonly windows: Map<string, OpenWindow>;
  readonly encoder: Encoder;
  readonly spill: Spill;
  /** What the ids of all buffered rows point into. */
  dictionaries?: Dictionaries;
  /** Rows in all buffers together, and rows that they have room for. */
  held: number;
  capacity: number;
}

interface OpenWindow {
  readonly feed: string;
  readonly window: string;
  rows: number;
  readonly buffer: RowBuffer;
  readonly groups: RowGroups;
  /** Of feeds that the pulse reads. */
  readonly minutes?: Minutes;
  /** Row groups in the temporary file. */
  readonly encoded: Extent[];
  /** Rows in the temporary file that are no row groups yet. */
  readonly runs: (Extent & { readonly rows: number })[];
}

function openWindow(set: State, feed: string, window: string): OpenWindow {
  const key = `${feed}/${window}`;
  const known = set.windows.get(key);
  if (known) return known;
  const columns = columnsOf(feed);
  const groups = createRowGroups(set.encoder, columns);
  const buffer = createRowBuffer(sourcesOf(columns));
  const minutes = minutesOf(feed, set.minutesFrom);
  const open = { feed, window, rows: 0, buffer, groups, minutes, encoded: [], runs: [] };
  set.windows.set(key, open);
  return open;
}

/** The pulse lives on what arrives at once; standard logs arrive up to a day late. */
function minutesOf(feed: string, from: number): Minutes | undefined {
  const kind = feed.slice(0, feed.indexOf('.'));
  return kind === 'realtime' || kind === 'application' ? createMinutes(kind, from) : undefined;
}

/** Ids of another reader mean other texts: the rows so far are encoded first. */
function renewDictionaries(set: State, dictionaries: Dictionaries): void {
  for (const open of set.windows.values()) {
    if (encodeRows(set, open)) open.encoded.push(set.spill.append(open.groups.take()));
  }
  set.dictionaries = dictionaries;
}

/**
 * All windows at once: what is left between two such moves never grows with their number. The buffers are filled
 * again, unless so many windows have one that their mere room is too much (`free`).
 */
function putRowsAside(set: State, free: boolean): void {
  for (const { buffer, runs } of set.windows.values()) {
    if (buffer.count > 0) runs.push({ ...set.spill.append(packRows(buffer)), rows: buffer.count });
    if (free) clearRows(buffer);
    else buffer.count = 0;
  }
  set.held = 0;
  if (free) set.capacity = 0;
}

/** Makes row groups of a fixed size, so that the file does not depend on what fitted in memory; false without rows. */
function encodeRows(set: State, open: OpenWindow): boolean {
  const { groups, runs, buffer } = open;
  const { sources } = buffer;
  if (!set.dictionaries || (runs.length === 0 && buffer.count === 0)) return false;
  let group = createRowBuffer(sources);
  for (const piece of pieces(set.spill, open)) {
    for (let from = 0; from < piece.count; ) {
      const to = Math.min(piece.count, from + ROW_GROUP - group.count);
      if (to - from === piece.count && group.count === 0) group = piece;
      else moveRows(group, piece, from, to);
      from = to;
      if (group.count < ROW_GROUP) continue;
      groups.append(group, set.dictionaries);
      group = createRowBuffer(sources);
    }
  }
  if (group.count > 0) groups.append(group, set.dictionaries);
  set.held -= buffer.count;
  set.capacity -= buffer.capacity;
  runs.length = 0;
  clearRows(buffer);
  return true;
}

/** The rows of a window in the order of their coming, one piece in memory at a time. */
function* pieces(spilled: Spill, { runs, buffer }: OpenWindow): Generator<RowBuffer> {
  for (const run of runs) {
    const bytes = new Uint8Array(run.length);
    spilled.read(run, bytes, 0);
    yield unpackRows(bytes, buffer.sources, run.rows);
  }
  yield buffer;
}

function finishWindow(set: State, feed: string, window: string, options: FinishOptions): FinishedBatch {
  const open = set.windows.get(`${feed}/${window}`);
  if (!open) throw new RangeError(`no rows of ${feed} in the window ${window}`);
  const texts = textsOf(options);
  const meta = metaOf(open, options, texts);
  // A file without any row group is read by some (DuckDB), refused by others (Arrow): an empty one suits all.
  if (!encodeRows(set, open) && open.rows === 0) open.groups.append(open.buffer, set.dictionaries!);
  open.groups.finish(metadataOf(meta, texts));
  set.windows.delete(`${feed}/${window}`);
  return { meta, bytes: assemble(set.spill, open.encoded, open.groups.take()) };
}

function metaOf(
  { feed, window, rows, minutes: counted }: OpenWindow,
  options: FinishOptions,
  texts: SummaryTexts,
): BatchMeta {
  const { object_id, generation, rules_version, summary, hosts } = options;
  const minutes = options.minutes ?? counted?.finish();
  const content_hash = hashOfTexts({ rules_version, rows }, texts);
  return {
    format: 1,
    object_id,
    generation,
    feed,
    window,
    rules_version,
    rows,
    content_hash,
    summary,
    hosts,
    ...(minutes === undefined ? {} : { minutes }),
  };
}

function assemble(spilled: Spill, extents: readonly Extent[], tail: Uint8Array): Uint8Array {
  if (extents.length === 0) return tail;
  const size = extents.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size + tail.length);
  let at = 0;
  for (const extent of extents) {
    spilled.read(extent, bytes, at);
    at += extent.length;
  }
  bytes.set(tail, at);
  return bytes;
}

function inOrder(a: BatchWindow, b: BatchWindow): number {
  const [left, right] = [`${a.feed}/${a.window}`, `${b.feed}/${b.window}`];
  return left < right ? -1 : Number(left > right);
}
