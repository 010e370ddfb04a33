import type { Client, Dictionaries, EventBlock } from '@sgraph-backbone/layer/logs';
import { BadBatch } from './bad-batch.ts';
import { batchHead, parseFooter } from './batch-meta.ts';
import type { Column, Source, TextColumn } from './columns.ts';
import { columnsOf } from './columns.ts';
import type { DecodedTexts } from './decoder.ts';
import { decodeNumbers, decodeTexts } from './decoder.ts';
import type { Footer, Group } from './footer.ts';
import type { GrowingDictionaries } from './growing-dictionaries.ts';
import { createDictionaries, idIn, NOBODY } from './growing-dictionaries.ts';

/**
 * The rows of a batch as a block again: a summary builder counts from it what it counted when they were written,
 * except visitors, whose hashes are in no row. `place` is named in errors. Throws BadBatch.
 */
export function readBatchRows(bytes: Uint8Array, place = 'batch'): EventBlock {
  const batch = openBatchRows(bytes, place);
  return batch.read(new Set(columnsOf(batch.feed).map(({ source }) => source)));
}

/** A batch of which only the columns that a question needs are unpacked. */
export interface BatchRows {
  readonly feed: string;
  readonly rules_version: string;
  /**
   * The block with these columns and those read before; every other column looks as if no row had a value.
   * It is the same block each time. Throws BadBatch.
   */
  read(sources: ReadonlySet<Source>): EventBlock;
}

/** Opens a batch by its footer; no column is unpacked yet. `place` is named in errors. Throws BadBatch. */
export function openBatchRows(bytes: Uint8Array, place = 'batch'): BatchRows {
  return createRowsReader().open(bytes, place);
}

/**
 * Opens batches one after the other whose blocks share dictionaries: an answer that many small batches add to looks at
 * each text once. From time to time they are renewed, so that made-up paths can't fill the memory.
 */
export interface RowsReader {
  open(bytes: Uint8Array, place: string): BatchRows;
}

export function createRowsReader(): RowsReader {
  const byFeed = new Map<string, GrowingDictionaries>();
  const dictionariesOf = (feed: string) => {
    const known = byFeed.get(feed);
    if (known !== undefined && known.size() < MOST_TEXTS) return known;
    const fresh = createDictionaries(feed.slice(feed.indexOf('.') + 1));
    byFeed.set(feed, fresh);
    return fresh;
  };
  return {
    open(bytes, place) {
      const footer = parseFooter(bytes, place);
      const { feed, rules_version } = batchHead(footer, place);
      return batchRows({ bytes, place, footer, feed }, rules_version, dictionariesOf(feed));
    },
  };
}

const MOST_TEXTS = 300_000;

interface File {
  readonly bytes: Uint8Array;
  readonly place: string;
  readonly footer: Footer;
  readonly feed: string;
}

function batchRows(file: File, rules_version: string, growing: GrowingDictionaries): BatchRows {
  const block = emptyBlock(file.footer.rows, growing.dictionaries);
  const done = new Set<Source>();
  const read = (sources: ReadonlySet<Source>) => {
    const columns = columnsOf(file.feed).filter(({ source }) => sources.has(source) && !done.has(source));
    for (const { source } of columns) {
      done.add(source);
      Object.assign(block, { [source]: block[source].slice() });
    }
    try {
      readRows(file, columns, { block, growing });
    } catch (cause) {
      throw new BadBatch(`${file.place}: the rows are damaged (${(cause as Error).message})`, { cause });
    }
    return block;
  };
  return { feed: file.feed, rules_version, read };
}

function readRows(
  { bytes, footer }: File,
  columns: readonly Column[],
  { block, growing }: Pick<Place, 'block' | 'growing'>,
): void {
  let at = 0;
  for (const group of footer.groups) {
    const { rows } = group;
    if (at + rows > block.length) throw new RangeError('more rows than the file says');
    readGroup(bytes, group, columns, { block, at, rows, growing });
    at += rows;
  }
  if (at < block.length) throw new RangeError('fewer rows than the file says');
}

/** Where the rows of one row group go. */
interface Place {
  readonly block: EventBlock;
  readonly at: number;
  readonly rows: number;
  readonly growing: GrowingDictionaries;
}

function readGroup(file: Uint8Array, group: Group, columns: readonly Column[], place: Place): void {
  const members = new Map<keyof Client, DecodedTexts>();
  for (const column of columns) {
    const chunk = group.columns.get(column.name);
    if (!chunk) continue;
    if (column.kind === 'TEXT') putTexts(place, column, decodeTexts(file, chunk, place.rows));
    else if (column.kind === 'CLIENT') members.set(column.member, decodeTexts(file, chunk, place.rows));
    else place.block[column.source].set(decodeNumbers(file, chunk, place.rows), place.at);
  }
  if (members.size > 0) putClients(place, members);
}

function putTexts({ block, at, rows, growing }: Place, column: TextColumn, read: DecodedTexts): void {
  // One place further on, so that −1, null, is an index like the others.
  const ids = Int32Array.from([column.absent, ...read.texts.map((text) => column.id(text, growing.intern))]);
  const target = block[column.source];
  const { indexes } = read;
  for (let row = 0; row < rows; row++) target[at + row] = ids[indexes[row]! + 1]!;
}

/** The members of a row make one client; rows with the same members are looked up by one key. */
function putClients(
  { block, at, rows, growing }: Place,
  members: ReadonlyMap<keyof Client, DecodedTexts>,
): void {
  const columns = [...members];
  const texts = columns.map(([, decoded]) => decoded);
  const known = new Map<number | string, number>();
  const combinations = texts.reduce((product, column) => product * (column.texts.length + 1), 1);
  const keys = combinations > Number.MAX_SAFE_INTEGER ? undefined : rowKeys(texts, rows);
  for (let row = 0; row < rows; row++) {
    // An attacker who invents agents gets the slow way.
    const key = keys?.[row] ?? texts.map(({ indexes }) => indexes[row]).join();
    block.client[at + row] = idIn(known, key, () => growing.internClient(clientAt(columns, row)));
  }
}

/** The indexes of each row as one number. */
function rowKeys(columns: readonly DecodedTexts[], rows: number): Float64Array {
  const keys = new Float64Array(rows);
  for (const { indexes, texts } of columns) {
    const weight = texts.length + 1;
    for (let row = 0; row < rows; row++) keys[row] = keys[row]! * weight + indexes[row]! + 1;
  }
  return keys;
}

function clientAt(columns: readonly [keyof Client, DecodedTexts][], row: number): Client {
  const client: Record<string, string> = { ...NOBODY };
  for (const [member, { indexes, texts }] of columns) client[member] = texts[indexes[row]!] ?? '';
  return client as unknown as Client;
}

/** No row has a value. Columns share what says so: one that is read gets its own. */
function emptyBlock(length: number, dictionaries: Dictionaries): EventBlock {
  const ids = new Int32Array(length);
  const times = new Int32Array(length).fill(-1);
  const sizes = new Float64Array(length).fill(-1);
  const hashes = new Uint32Array(length);
  return {
    length,
    measured: ids,
    timestamp: sizes,
    distribution: new Int32Array(length).fill(1),
    sc_status: new Int16Array(length).fill(-1),
    sc_bytes: sizes,
    cs_bytes: sizes,
    sc_content_len: sizes,
    sc_range_start: sizes,
    sc_range_end: sizes,
    time_taken: times,
    time_to_first_byte: times,
    origin_fbl: times,
    origin_lbl: times,
    asn: times,
    cs_method: ids,
    cs_uri_stem: ids,
    cs_uri_query: ids,
    cs_protocol: ids,
    cs_protocol_version: ids,
    sc_content_type: ids,
    x_edge_location: ids,
    x_edge_result_type: ids,
    x_edge_response_result_type: ids,
    x_edge_detailed_result_type: ids,
    ssl_protocol: ids,
    ssl_cipher: ids,
    cs_host: ids,
    c_country: ids,
    referrer_domain: ids,
    client: ids,
    class: new Uint8Array(length),
    rule: ids,
    x_edge_request_id: ids,
    line_id: sizes,
    sampling: times,
    event_id: ids,
    event_type: ids,
    source: ids,
    duration_ms: times,
    transfer_hash: ids,
    token: ids,
    visitor_high: hashes,
    visitor_low: hashes,
    visitor_key: new Uint8Array(length),
    visitor_keys: [],
    dictionaries,
  };
}
