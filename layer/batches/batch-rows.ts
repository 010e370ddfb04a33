import type { Client, Dictionaries, EventBlock } from '@sgraph-backbone/layer/logs';
import type { FileMetaData, RowGroup } from 'hyparquet';
import { BadBatch } from './bad-batch.ts';
import { batchHead, parseFooter } from './batch-meta.ts';
import type { Column, Source, TextColumn } from './columns.ts';
import { COLUMNS } from './columns.ts';
import type { DecodedTexts } from './decoder.ts';
import { decodeNumbers, decodeTexts } from './decoder.ts';
import type { GrowingDictionaries } from './growing-dictionaries.ts';
import { createDictionaries, idIn, NOBODY } from './growing-dictionaries.ts';

/**
 * The rows of a batch as a block again: a summary builder counts from it what it counted when they were written,
 * except visitors, whose hashes are in no row. `place` is named in errors. Throws BadBatch.
 */
export function readBatchRows(bytes: Uint8Array, place = 'batch'): EventBlock {
  return openBatchRows(bytes, place).read(new Set(COLUMNS.map(({ source }) => source)));
}

/** A batch of which only the columns that a question needs are unpacked. */
export interface BatchRows {
  readonly rules_version: string;
  /**
   * The block with these columns and those read before; every other column looks as if no row had a value.
   * It is the same block each time. Throws BadBatch.
   */
  read(sources: ReadonlySet<Source>): EventBlock;
}

/** Opens a batch by its footer; no column is unpacked yet. `place` is named in errors. Throws BadBatch. */
export function openBatchRows(bytes: Uint8Array, place = 'batch'): BatchRows {
  const footer = parseFooter(bytes, place);
  const { feed, rules_version } = batchHead(footer, place);
  const growing = createDictionaries(feed.slice(feed.indexOf('.') + 1));
  const block = emptyBlock(Number(footer.num_rows), growing.dictionaries);
  const done = new Set<Source>();
  const read = (sources: ReadonlySet<Source>) => {
    const columns = COLUMNS.filter(({ source }) => sources.has(source) && !done.has(source));
    for (const { source } of columns) done.add(source);
    try {
      readRows(bytes, footer, columns, { block, growing });
    } catch (cause) {
      throw new BadBatch(`${place}: the rows are damaged (${(cause as Error).message})`, { cause });
    }
    return block;
  };
  return { rules_version, read };
}

function readRows(
  file: Uint8Array,
  footer: FileMetaData,
  columns: readonly Column[],
  { block, growing }: Pick<Place, 'block' | 'growing'>,
): void {
  let at = 0;
  for (const group of footer.row_groups) {
    const rows = Number(group.num_rows);
    if (at + rows > block.length) throw new RangeError('more rows than the file says');
    readGroup(file, group, columns, { block, at, rows, growing });
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

function readGroup(file: Uint8Array, group: RowGroup, columns: readonly Column[], place: Place): void {
  const members = new Map<keyof Client, DecodedTexts>();
  for (const column of columns) {
    const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column.name);
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
  const known = new Map<number | string, number>();
  const keyOf = rowKey(columns.map(([, texts]) => texts));
  for (let row = 0; row < rows; row++) {
    const create = () => growing.internClient(clientAt(columns, row));
    block.client[at + row] = idIn(known, keyOf(row), create);
  }
}

/** A row's indexes as one number, while that is exact; an attacker who invents agents gets the slow way. */
function rowKey(columns: readonly DecodedTexts[]): (row: number) => number | string {
  const combinations = columns.reduce((product, { texts }) => product * (texts.length + 1), 1);
  if (combinations > Number.MAX_SAFE_INTEGER)
    return (row) => columns.map(({ indexes }) => indexes[row]).join();
  return (row) =>
    columns.reduce((key, { indexes, texts }) => key * (texts.length + 1) + indexes[row]! + 1, 0);
}

function clientAt(columns: readonly [keyof Client, DecodedTexts][], row: number): Client {
  const client: Record<string, string> = { ...NOBODY };
  for (const [member, { indexes, texts }] of columns) client[member] = texts[indexes[row]!] ?? '';
  return client as unknown as Client;
}

function emptyBlock(length: number, dictionaries: Dictionaries): EventBlock {
  const ids = () => new Int32Array(length);
  const times = () => new Int32Array(length).fill(-1);
  const sizes = () => new Float64Array(length).fill(-1);
  return {
    length,
    measured: ids(),
    timestamp: sizes(),
    distribution: ids().fill(1),
    sc_status: new Int16Array(length).fill(-1),
    sc_bytes: sizes(),
    cs_bytes: sizes(),
    sc_content_len: sizes(),
    sc_range_start: sizes(),
    sc_range_end: sizes(),
    time_taken: times(),
    time_to_first_byte: times(),
    origin_fbl: times(),
    origin_lbl: times(),
    asn: times(),
    cs_method: ids(),
    cs_uri_stem: ids(),
    cs_uri_query: ids(),
    cs_protocol: ids(),
    cs_protocol_version: ids(),
    sc_content_type: ids(),
    x_edge_location: ids(),
    x_edge_result_type: ids(),
    x_edge_response_result_type: ids(),
    x_edge_detailed_result_type: ids(),
    ssl_protocol: ids(),
    ssl_cipher: ids(),
    cs_host: ids(),
    c_country: ids(),
    referrer_domain: ids(),
    client: ids(),
    class: new Uint8Array(length),
    rule: ids(),
    x_edge_request_id: ids(),
    line_id: sizes(),
    sampling: times(),
    visitor_high: new Uint32Array(length),
    visitor_low: new Uint32Array(length),
    visitor_key: new Uint8Array(length),
    visitor_keys: [],
    dictionaries,
  };
}
