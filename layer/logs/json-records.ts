import type { ConfiguredLines } from './configured-lines.ts';
import { type FailedRecord, failedRecord } from './failed-record.ts';
import { hasOwnField } from './fields.ts';
import { type Scan, scanGarbage, scanRecord } from './json-scan.ts';
import { createLayout, type Layout } from './layout.ts';
import { createLineReading, type LineReading, readRecordLine } from './odd-line.ts';
import { noteFormat, type ParseState, quarantineLine, roomInBlock } from './parse-state.ts';
import type { Parser } from './parser.ts';
import { LogRefused } from './refusal.ts';
import { appendBatch } from './rows.ts';
import { addText, addValue, beginRow, clearScratch, createScratch, type Scratch } from './scratch.ts';
import { textOfValue } from './value-text.ts';

const BATCH_ROWS = 256;
const BATCH_BYTES = 64 * 1024;
/** Sets of keys that are remembered; records of one object have few. */
const LAYOUTS = 500;
const PATIENCE = 1000;
const NEWLINE = 10;

interface JsonLayout extends Layout {
  /** Whether the record has any field that is CloudFront's own. */
  readonly own: boolean;
}

interface JsonState {
  readonly state: ParseState;
  readonly scratch: Scratch;
  readonly layouts: Map<string, JsonLayout>;
  /** Of the rows in `scratch`. */
  layout: Layout | undefined;
  /** Lines that were read to their end. */
  newlines: number;
  /** Whether any record had a field of CloudFront. */
  known: boolean;
  unknown: number;
  /** Inside a record that is too long to be held. */
  skipping: boolean;
  /** Lines of text inside records of what Firehose could not deliver. */
  readonly lines: LineReading;
  /** What such a record holds and has not been read yet. */
  failed: FailedRecord | undefined;
}

/** Objects, one per line or simply one after another, also inside an array: v2 `json` and typed JSON of transforms. */
export function createJsonParser(state: ParseState, configured: ConfiguredLines): Parser {
  const json: JsonState = {
    state,
    scratch: createScratch(BATCH_ROWS),
    layouts: new Map(),
    layout: undefined,
    newlines: 0,
    known: false,
    unknown: 0,
    skipping: false,
    lines: createLineReading(state, configured),
    failed: undefined,
  };
  return {
    parse: (bytes, _view, start, end, last) => {
      const at = parseRecords(json, bytes, start, end, last);
      flush(json);
      state.lines = json.newlines + (last && end > 0 && bytes[end - 1] !== NEWLINE ? 1 : 0);
      return at;
    },
    finish: () => {
      if (!json.known && json.unknown > 0) throw notCloudFront();
    },
  };
}

function parseRecords(json: JsonState, bytes: Uint8Array, start: number, end: number, last: boolean): number {
  let at = start;
  while (roomInBlock(json.state) > json.scratch.batch.count) {
    if (json.failed) {
      readFailed(json, json.failed);
      continue;
    }
    at = skipBetween(json, bytes, at, end);
    if (at >= end) return end;
    const found = json.skipping ? scanGarbage(bytes, at, end) : scan(bytes, at, end);
    if (found.kind === 'incomplete') {
      if (last) return cutOff(json, end);
      return end - at > json.state.limits.lineBytes ? skipOn(json, end) : at;
    }
    const line = json.newlines + 1;
    if (json.skipping) endSkipping(json, line);
    else if (found.kind === 'broken') unread(json, line, 'not a JSON object');
    else readRecord(json, bytes, at, found.end, line);
    json.newlines += newlinesIn(bytes, at, found.end);
    at = found.end;
    if (json.scratch.batch.count === BATCH_ROWS || json.scratch.used > BATCH_BYTES) flush(json);
  }
  return at;
}

function scan(bytes: Uint8Array, at: number, end: number): Scan {
  return bytes[at] === 0x7b ? scanRecord(bytes, at, end) : scanGarbage(bytes, at, end);
}

/** Blanks, commas, the brackets of a wrapper, and the mark at the beginning of a file. */
function skipBetween(json: JsonState, bytes: Uint8Array, start: number, end: number): number {
  if (json.skipping) return start;
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === NEWLINE) json.newlines++;
    const mark = json.newlines === 0 && !json.known && (byte === 0xef || byte === 0xbb || byte === 0xbf);
    if (byte > 0x20 && byte !== 0x2c && byte !== 0x5b && byte !== 0x5d && !mark) break;
  }
  return at;
}

function readRecord(json: JsonState, bytes: Uint8Array, start: number, end: number, line: number): void {
  if (end - start > json.state.limits.lineBytes) {
    quarantineLine(json.state, line, 'record too long');
    return;
  }
  const record = parsed(bytes, start, end);
  if (!record) {
    unread(json, line, 'not a JSON object');
    return;
  }
  const failed = failedRecord(record, line);
  if (failed) {
    json.failed = failed;
    return;
  }
  const layout = layoutOf(json, record);
  if (!layout.own) unread(json, line, 'not a record of CloudFront');
  else addRecord(json, layout, record, line, bytes.subarray(start, end));
}

/** One of the records that could not be delivered: JSON, or a line of text. */
function readFailed(json: JsonState, failed: FailedRecord): void {
  const { bytes, line } = failed;
  const start = failed.at;
  const newline = bytes.indexOf(NEWLINE, start);
  const lineEnd = newline < 0 ? bytes.length : newline;
  failed.at = lineEnd + 1;
  if (bytes[start] === 0x7b) {
    const found = scanRecord(bytes, start, bytes.length);
    if (found.kind !== 'incomplete') failed.at = found.end;
    json.failed = undefined;
    readRecord(json, bytes, start, found.kind === 'incomplete' ? bytes.length : found.end, line);
    // What could not be delivered does not hold again what could not be delivered.
    if (json.failed) unread(json, line, 'not a record of CloudFront');
    json.failed = failed;
  } else if (lineEnd > start) {
    flush(json);
    readRecordLine(json.lines, line, bytes, start, lineEnd, false);
    json.known ||= json.state.format !== '';
  }
  if (failed.at >= bytes.length) json.failed = undefined;
}

function parsed(bytes: Uint8Array, start: number, end: number): Record<string, unknown> | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    // A damaged record is the log's fault: it goes into the quarantine, the file goes on.
    return undefined;
  }
}

function layoutOf(json: JsonState, record: Record<string, unknown>): JsonLayout {
  const names = Object.keys(record);
  const key = names.join('\n');
  const known = json.layouts.get(key);
  if (known) return known;
  const layout = {
    ...createLayout(names, false, json.state.realtime),
    // Behind the values stands the record itself: not all that it holds is among them.
    line: [names.length, names.length] as const,
    own: hasOwnField(names),
  };
  if (json.layouts.size < LAYOUTS) json.layouts.set(key, layout);
  return layout;
}

function addRecord(
  json: JsonState,
  layout: Layout,
  record: Record<string, unknown>,
  line: number,
  bytes: Uint8Array,
): void {
  if (json.layout !== layout) flush(json);
  json.layout = layout;
  json.known = true;
  noteFormat(json.state, layout.realtime ? 'rt-json' : 'v2-json', layout.realtime);
  beginRow(json.scratch, line);
  for (const name of layout.names) addText(json.scratch, textOfValue(record[name]));
  if (layout.realtime) addValue(json.scratch, bytes, 0, bytes.length);
}

function flush(json: JsonState): void {
  if (json.layout && json.scratch.batch.count > 0) appendBatch(json.state, json.layout, json.scratch.batch);
  clearScratch(json.scratch);
}

function unread(json: JsonState, line: number, reason: string): void {
  if (!json.known && ++json.unknown >= PATIENCE) throw notCloudFront();
  quarantineLine(json.state, line, reason);
}

function cutOff(json: JsonState, end: number): number {
  if (json.skipping) endSkipping(json, json.newlines + 1);
  else unread(json, json.newlines + 1, 'the last record is cut off');
  return end;
}

function skipOn(json: JsonState, end: number): number {
  if (!json.known) throw notCloudFront();
  json.skipping = true;
  return end;
}

function endSkipping(json: JsonState, line: number): void {
  json.skipping = false;
  quarantineLine(json.state, line, 'record too long');
}

function newlinesIn(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}

function notCloudFront(): LogRefused {
  return new LogRefused('not-cloudfront', 'No record of this JSON file is one of a CloudFront log');
}
