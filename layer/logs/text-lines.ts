import { type ConfiguredLines, isWithin } from './configured-lines.ts';
import { createLineBatch, type LineBatch } from './line-batch.ts';
import { createLineReading, finishLines, type LineReading, otherLine, skipLine } from './odd-line.ts';
import { type ParseState, roomInBlock } from './parse-state.ts';
import type { Parser } from './parser.ts';
import { appendBatch } from './rows.ts';
import { createSeparators, findSeparators, type Separators } from './separators.ts';

/** Bytes scanned at a time: their positions and the block's arrays stay in the second-level cache. */
const STRETCH = 64 * 1024;
const NEWLINE = 10;
const BATCH_ROWS = 1024;

interface TextState {
  readonly reading: LineReading;
  readonly found: Separators;
  readonly batch: LineBatch;
}

/** Lines of text with columns: v1, w3c, plain and raw, and real-time lines with configured fields. */
export function createTextParser(state: ParseState, configured: ConfiguredLines): Parser {
  const text: TextState = {
    reading: createLineReading(state, configured),
    found: createSeparators(STRETCH),
    batch: createLineBatch(BATCH_ROWS),
  };
  return {
    parse: (bytes, view, start, end, last) => parseStretches(text, bytes, view, start, end, last),
    finish: () => finishLines(text.reading),
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
  while (at < end && roomInBlock(text.reading.state) > 0) {
    findSeparators(text.found, bytes, at, Math.min(end, at + STRETCH));
    if (text.found.lineCount === 0) {
      const newline = at + STRETCH < end ? bytes.indexOf(NEWLINE, at + STRETCH) : -1;
      if (newline < 0) return last ? parseRest(text, bytes, at, end) : keepRest(text, at, end);
      if (newline - at > text.reading.state.limits.lineBytes) {
        otherLine(text.reading, bytes, at, newline, false);
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
  const { found, batch } = text;
  const { state } = text.reading;
  const { ends, lines } = found;
  batch.bytes = bytes;
  batch.view = view;
  batch.ends = ends;
  batch.count = 0;
  let room = roomInBlock(state);
  let { span } = text.reading;
  let base = 1;
  for (let line = 0; line < found.lineCount; line++) {
    const next = lines[line]!;
    const from = ends[base - 1]! + 1;
    const to = ends[next - 1]!;
    if (
      isRegular(text, next - base, to - from) &&
      bytes[from] !== 0x23 &&
      bytes[to - 1] !== 13 &&
      (span === undefined || isWithin(span, bytes, from, to))
    ) {
      if (batch.count === room || batch.count === BATCH_ROWS) {
        room = flushBatch(text);
        if (room <= 0) return from;
      }
      batch.bases[batch.count] = base;
      batch.numbers[batch.count++] = ++state.lines;
    } else {
      room = flushBatch(text);
      if (room <= 0) return from;
      otherLine(text.reading, bytes, from, to, false);
      span = text.reading.span;
      room = roomInBlock(state);
    }
    base = next;
  }
  flushBatch(text);
  return found.lineCount > 0 ? ends[base - 1]! + 1 : start;
}

function isRegular(text: TextState, columns: number, length: number): boolean {
  if (text.reading.delimiter !== 'tab' || text.reading.skipping || text.found.beyondAscii) return false;
  return columns === text.reading.layout!.count && length <= text.reading.state.limits.lineBytes;
}

function flushBatch(text: TextState): number {
  if (text.batch.count > 0) appendBatch(text.reading.state, text.reading.layout!, text.batch);
  text.batch.count = 0;
  return roomInBlock(text.reading.state);
}

/** The beginning of a line waits for its end, if it is not too long already. */
function keepRest(text: TextState, at: number, end: number): number {
  if (end - at <= text.reading.state.limits.lineBytes) return at;
  skipLine(text.reading);
  return end;
}

function parseRest(text: TextState, bytes: Uint8Array, at: number, end: number): number {
  otherLine(text.reading, bytes, at, end, true);
  return end;
}
