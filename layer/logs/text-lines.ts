import { type Delimiter, isBlank, type Parts } from './delimiter.ts';
import { type Comment, readComment } from './header.ts';
import { guessLayout } from './headerless.ts';
import { createLayout, type Layout } from './layout.ts';
import { createLineBatch, type LineBatch } from './line-batch.ts';
import { delimiterOf, shapeOf } from './line-shape.ts';
import { type ParseState, quarantineLine, roomInBlock } from './parse-state.ts';
import type { Parser } from './parser.ts';
import { LogRefused } from './refusal.ts';
import { appendBatch } from './rows.ts';
import { addValue, beginRow, clearScratch, createScratch, type Scratch } from './scratch.ts';
import { createSeparators, findSeparators, type Separators } from './separators.ts';

/** Bytes scanned at a time: their positions and the block's arrays stay in the second-level cache. */
const STRETCH = 64 * 1024;
const NEWLINE = 10;
const BATCH_ROWS = 1024;
/** An object of which so many lines have not been understood, and none before them, is no log of CloudFront. */
const PATIENCE = 1000;
const TOO_LONG = 'line too long';

interface TextState {
  readonly state: ParseState;
  readonly fields: readonly string[] | undefined;
  readonly found: Separators;
  readonly batch: LineBatch;
  readonly scratch: Scratch;
  layout: Layout | undefined;
  /** Undefined until a line of this layout has shown one. */
  delimiter: Delimiter | undefined;
  /** Lines before any layout was known. */
  unknown: number;
  /** Inside a line that is too long to be held. */
  skipping: boolean;
}

/** Lines of text with columns: v1, w3c and plain, and real-time lines with configured fields. */
export function createTextParser(state: ParseState, fields?: readonly string[]): Parser {
  const text: TextState = {
    state,
    fields,
    found: createSeparators(STRETCH),
    batch: createLineBatch(BATCH_ROWS),
    scratch: createScratch(1),
    layout: undefined,
    delimiter: undefined,
    unknown: 0,
    skipping: false,
  };
  return {
    parse: (bytes, view, start, end, last) => parseStretches(text, bytes, view, start, end, last),
    finish: () => {
      if (text.skipping) quarantineLine(state, ++state.lines, TOO_LONG);
      if (!text.layout && text.unknown > 0) throw notCloudFront();
    },
  };
}

function parseStretches(
  text: TextState,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  last: boolean,
): number {
  let at = start;
  while (at < end && roomInBlock(text.state) > 0) {
    findSeparators(text.found, bytes, at, Math.min(end, at + STRETCH));
    if (text.found.lineCount === 0) {
      const newline = at + STRETCH < end ? bytes.indexOf(NEWLINE, at + STRETCH) : -1;
      if (newline < 0) return last ? parseRest(text, bytes, at, end) : keepRest(text, at, end);
      if (newline - at > text.state.limits.lineBytes) {
        otherLine(text, bytes, at, newline, false);
        at = newline + 1;
        continue;
      }
      findSeparators(text.found, bytes, at, newline + 1);
    }
    at = parseLines(text, bytes, view, at);
  }
  return at;
}

/** Reads the lines of the stretch that was scanned; answers where the first unread one begins. */
function parseLines(text: TextState, bytes: Uint8Array, view: DataView, start: number): number {
  const { found, batch, state } = text;
  const { ends, lines } = found;
  batch.bytes = bytes;
  batch.view = view;
  batch.ends = ends;
  batch.count = 0;
  let room = roomInBlock(state);
  let base = 1;
  for (let line = 0; line < found.lineCount; line++) {
    const next = lines[line]!;
    const from = ends[base - 1]! + 1;
    const to = ends[next - 1]!;
    if (isRegular(text, next - base, to - from) && bytes[from] !== 0x23 && bytes[to - 1] !== 13) {
      if (batch.count === room || batch.count === BATCH_ROWS) {
        room = flushBatch(text);
        if (room <= 0) return from;
      }
      batch.bases[batch.count] = base;
      batch.numbers[batch.count++] = ++state.lines;
    } else {
      room = flushBatch(text);
      if (room <= 0) return from;
      otherLine(text, bytes, from, to, false);
      room = roomInBlock(state);
    }
    base = next;
  }
  flushBatch(text);
  return found.lineCount > 0 ? ends[base - 1]! + 1 : start;
}

function isRegular(text: TextState, columns: number, length: number): boolean {
  if (text.delimiter !== 'tab' || text.skipping || text.found.beyondAscii) return false;
  return columns === text.layout!.count && length <= text.state.limits.lineBytes;
}

function flushBatch(text: TextState): number {
  if (text.batch.count > 0) appendBatch(text.state, text.layout!, text.batch);
  text.batch.count = 0;
  return roomInBlock(text.state);
}

function keepRest(text: TextState, at: number, end: number): number {
  if (end - at <= text.state.limits.lineBytes) return at;
  if (!text.layout) throw notCloudFront();
  text.skipping = true;
  return end;
}

function parseRest(text: TextState, bytes: Uint8Array, at: number, end: number): number {
  otherLine(text, bytes, at, end, true);
  return end;
}

/** Any line that is not simply `layout.count` columns between tabs. */
function otherLine(
  text: TextState,
  bytes: Uint8Array,
  from: number,
  to: number,
  unterminated: boolean,
): void {
  const line = ++text.state.lines;
  if (text.skipping) {
    text.skipping = false;
    quarantineLine(text.state, line, TOO_LONG);
    return;
  }
  let start = from;
  let end = to;
  if (line === 1 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf)
    start += 3;
  while (end > start && bytes[end - 1] === 13) end--;
  if (to - from > text.state.limits.lineBytes) tooLong(text, line);
  else if (isBlankLine(bytes, start, end)) return;
  else if (bytes[start] === 0x23)
    comment(text, readComment(Buffer.from(bytes.subarray(start, end)).toString('utf8')));
  else if (bytes.subarray(start, end).some((byte) => byte > 127))
    unread(text, line, 'bytes outside of ASCII');
  else record(text, line, bytes, start, end, unterminated);
}

function tooLong(text: TextState, line: number): void {
  if (!text.layout) throw notCloudFront();
  quarantineLine(text.state, line, TOO_LONG);
}

function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlank(bytes[at]!)) return false;
  return true;
}

function comment(text: TextState, said: Comment): void {
  if (said.kind === 'version' && said.version !== '1.0')
    text.state.warnings.add('#Version is not 1.0; the lines were read by their #Fields');
  if (said.kind !== 'fields') return;
  const same = text.layout?.names.join(' ') === said.names.join(' ');
  if (same) return;
  text.layout = createLayout(said.names, said.tabs);
  text.delimiter = undefined;
  nameFormat(text);
}

function record(
  text: TextState,
  line: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  unterminated: boolean,
): void {
  const layout = layoutFor(text, bytes, start, end);
  if (!layout) {
    unread(text, line, 'not a record of CloudFront');
    return;
  }
  // Only lines with tabs have the fast way, and any line may be the first of them.
  if (text.delimiter !== 'tab') text.delimiter = delimiterOf(bytes, start, end, layout) ?? text.delimiter;
  const shape = shapeOf(bytes, start, end, layout, text.delimiter ?? 'tab', unterminated);
  if ('reason' in shape) quarantineLine(text.state, line, shape.reason);
  else appendLine(text, layout, line, bytes, shape);
}

/** The newest header's layout; without a header, the one that the first line fits. */
function layoutFor(text: TextState, bytes: Uint8Array, start: number, end: number): Layout | undefined {
  if (text.layout) return text.layout;
  const guess = guessLayout(bytes, start, end, text.fields);
  text.layout = guess?.layout;
  text.delimiter = guess?.delimiter;
  nameFormat(text);
  return text.layout;
}

function appendLine(
  text: TextState,
  layout: Layout,
  line: number,
  bytes: Uint8Array,
  { parts, missing }: { parts: Parts; missing: number },
): void {
  clearScratch(text.scratch);
  beginRow(text.scratch, line);
  for (const [from, to] of parts) addValue(text.scratch, bytes, from, to);
  for (let more = 0; more < missing; more++) addValue(text.scratch, bytes, 0, 0);
  appendBatch(text.state, layout, text.scratch.batch);
}

function unread(text: TextState, line: number, reason: string): void {
  if (!text.layout && ++text.unknown >= PATIENCE) throw notCloudFront();
  quarantineLine(text.state, line, reason);
}

function nameFormat(text: TextState): void {
  if (text.state.format === '' && text.layout) text.state.format = text.layout.format;
}

function notCloudFront(): LogRefused {
  return new LogRefused('not-cloudfront', 'No line of this file is a record of a CloudFront log');
}
