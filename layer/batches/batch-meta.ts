import { createHash } from 'node:crypto';
import type { EncodedSummary } from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { KeyValue } from 'hyparquet';
import { BadBatch } from './bad-batch.ts';
import { type Footer, readFooter } from './footer.ts';
import type { MinutePart } from './minutes.ts';
import { summaryText } from './summary-text.ts';
import { compress, decompress } from './zstandard.ts';

/** What the footer says about a batch; the rows need not be read for any of it. */
export interface BatchMeta {
  readonly format: 1;
  readonly object_id: string;
  readonly generation: number;
  readonly feed: string;
  /** Window key: `2026-02-16/14-30`. */
  readonly window: string;
  readonly rules_version: string;
  readonly rows: number;
  /** SHA-256 of the canonical summaries, rules version and number of rows. */
  readonly content_hash: string;
  /** Of all rows. */
  readonly summary: EncodedSummary;
  /** Of the rows of each host that the settings name. */
  readonly hosts: Readonly<Record<string, EncodedSummary>>;
  /** By minute, for the pulse: of real-time logs and applications. No part of the content hash. */
  readonly minutes?: readonly MinutePart[];
}

/** The members that the content hash stands for: equal batches have equal ones, whatever their object is called. */
export type BatchContent = Pick<BatchMeta, 'summary' | 'hosts' | 'rules_version' | 'rows'>;

const FORMAT = 1;
/** Covers the footer of all but large batches, so that one request does. */
const FIRST_READ = 65_536;
const TAIL = 8;
/** Summaries at the bound of all their tables stay well below. */
const MOST_SUMMARY_BYTES = 256 * 1_024 * 1_024;

/** Identity of what a batch adds: what windows record and `verify` compares. */
export function batchContentHash(content: BatchContent): string {
  return hashOfTexts(content, textsOf(content));
}

/** The canonical JSON of a batch's summaries. */
export interface SummaryTexts {
  readonly summary: string;
  readonly hosts: string;
}

export function textsOf({ summary, hosts }: Summaries): SummaryTexts {
  const members = Object.keys(hosts)
    .sort()
    .map((host) => `${JSON.stringify(host)}:${summaryText(hosts[host]!)}`);
  return { summary: summaryText(summary), hosts: `{${members.join()}}` };
}

/** The content hash, of summaries whose texts are known: SHA-256 of the canonical JSON of all four members. */
export function hashOfTexts(
  { rows, rules_version }: Pick<BatchContent, 'rows' | 'rules_version'>,
  { summary, hosts }: SummaryTexts,
): string {
  const hash = createHash('sha256').update('{"hosts":').update(hosts);
  hash.update(`,"rows":${rows},"rules_version":${JSON.stringify(rules_version)},"summary":`);
  return hash.update(summary).update('}').digest('hex');
}

/** The footer of a batch by one ranged get, two if it is large; `undefined` if there is none. Throws BadBatch. */
export async function readBatchMeta(store: ObjectStore, key: string): Promise<BatchMeta | undefined> {
  const end = await readEnd(store, key);
  return end && parseBatchMeta(end, key);
}

/** The minutes of a batch alone, by the same gets; `undefined` if there is no such batch. Throws BadBatch. */
export async function readBatchMinutes(
  store: ObjectStore,
  key: string,
): Promise<readonly MinutePart[] | undefined> {
  const end = await readEnd(store, key);
  return end && parseBatchMinutes(end, key);
}

/** The end of a file, at least its footer. */
async function readEnd(store: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  const last = await store.get(key, { range: { start: -FIRST_READ } });
  if (!last) return undefined;
  const length = footerLength(last.bytes, last.size, key);
  if (length <= last.bytes.length) return last.bytes;
  return (await store.get(key, { range: { start: -length }, ifMatch: last.etag }))?.bytes;
}

/** The same from bytes that end as the file does. `place` is named in errors. Throws BadBatch. */
export function parseBatchMeta(bytes: Uint8Array, place: string): BatchMeta {
  return batchMeta(parseFooter(bytes, place), place);
}

/** The Parquet footer from bytes that end as the file does. Throws BadBatch. */
export function parseFooter(bytes: Uint8Array, place: string): Footer {
  const length = footerLength(bytes, bytes.length, place);
  try {
    return readFooter(bytes.subarray(bytes.length - length, bytes.length - TAIL));
  } catch (cause) {
    throw new BadBatch(`${place}: the Parquet footer is damaged`, { cause });
  }
}

/** What a Parquet footer says about our batch. Throws BadBatch for a file of somebody else's. */
export function batchMeta(footer: Footer, place: string): BatchMeta {
  const head = batchHead(footer, place);
  return parsed(() => {
    const minutes = minutesOf(footer);
    return { ...head, ...summariesOf(footer), ...(minutes === undefined ? {} : { minutes }) };
  }, place);
}

/** The minutes of a batch, from bytes that end as the file does; its summaries are not unpacked. Throws BadBatch. */
export function parseBatchMinutes(bytes: Uint8Array, place: string): readonly MinutePart[] {
  const footer = parseFooter(bytes, place);
  batchHead(footer, place);
  return parsed(() => minutesOf(footer) ?? [], place);
}

/** The same without the summaries, which take longer to unpack than a column. Throws BadBatch. */
export function batchHead(footer: Footer, place: string): BatchHead {
  const text = footer.entries.get('backbone');
  if (text === undefined) throw new BadBatch(`${place}: a Parquet file, but no raw batch of Backbone`);
  const meta = parsed<BatchHead | null>(() => JSON.parse(textOf(text)), place);
  if (meta?.format !== FORMAT) {
    throw new BadBatch(`${place}: batch format ${meta?.format}; this program reads format ${FORMAT}`);
  }
  if (typeof meta.feed !== 'string' || typeof meta.rules_version !== 'string') {
    throw new BadBatch(`${place}: the batch's metadata are damaged`);
  }
  if (meta.rows !== footer.rows) {
    throw new BadBatch(`${place}: ${footer.rows} rows where ${meta.rows} were written`);
  }
  return meta;
}

/** Entries of the footer: plain JSON for people and tools, and the summaries packed. */
export function metadataOf(
  { summary: _, hosts, minutes, ...meta }: BatchMeta,
  texts: SummaryTexts,
): KeyValue[] {
  return [
    { key: 'backbone', value: JSON.stringify(meta) },
    { key: 'summary', value: pack(texts.summary) },
    ...(Object.keys(hosts).length === 0 ? [] : [{ key: 'hosts', value: pack(texts.hosts) }]),
    ...(minutes === undefined ? [] : [{ key: 'minutes', value: packMinutes(minutes) }]),
  ];
}

type Summaries = Pick<BatchMeta, 'summary' | 'hosts'>;
export type BatchHead = Omit<BatchMeta, keyof Summaries | 'minutes'>;

function summariesOf({ entries }: Footer): Summaries {
  const hosts = entries.get('hosts');
  const summary = entries.get('summary');
  return {
    summary: unpack(summary === undefined ? '' : textOf(summary)),
    hosts: hosts === undefined ? {} : unpack(textOf(hosts)),
  };
}

/** Hashes do not get smaller, and a small text takes longer to unpack than to read. */
const WORTH_PACKING = 8_192;

function packMinutes(minutes: readonly MinutePart[]): string {
  const text = JSON.stringify(minutes);
  return text.length < WORTH_PACKING ? text : pack(text);
}

function minutesOf({ entries }: Footer): readonly MinutePart[] | undefined {
  const bytes = entries.get('minutes');
  if (bytes === undefined) return undefined;
  const text = textOf(bytes);
  return text.startsWith('[') ? JSON.parse(text) : unpack(text);
}

/** Bytes from the start of the footer to the end of the file. */
function footerLength(bytes: Uint8Array, size: number, place: string): number {
  const magic = String.fromCharCode(...bytes.subarray(-4));
  if (bytes.length < TAIL || magic !== 'PAR1')
    throw new BadBatch(`${place}: no Parquet file, or only a part of one`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - TAIL, TAIL);
  const length = view.getUint32(0, true) + TAIL;
  if (length > size) throw new BadBatch(`${place}: a footer of ${length} bytes in a file of ${size}`);
  return length;
}

function parsed<T>(parse: () => T, place: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new BadBatch(`${place}: the batch's metadata are damaged`, { cause });
  }
}

function pack(text: string): string {
  return Buffer.from(compress(Buffer.from(text))).toString('base64');
}

function unpack<T>(text: string): T {
  return JSON.parse(Buffer.from(decompress(Buffer.from(text, 'base64'), MOST_SUMMARY_BYTES)).toString());
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
