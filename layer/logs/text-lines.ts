import { type ConfiguredLines, isWithin } from './configured-lines.ts';
import type { LineBatch } from './line-batch.ts';
import { createLineReading, finishLines, type LineReading, otherLine, skipLine } from './odd-line.ts';
import { type ParseState, roomInBlock } from './parse-state.ts';
import type { Parser } from './parser.ts';
import { appendBatch } from './rows.ts';
import { BATCH_ROWS, STRETCH, type Stretch, takeStretch } from './value-memory.ts';

const NEWLINE = 10;

/** Lines of text with columns: v1, w3c, plain and raw, and real-time lines with configured fields. */
export function createTextParser(state: ParseState, configured: ConfiguredLines): Parser {
  const reading = createLineReading(state, configured);
  return {
    parse: (bytes, _view, start, end, last) => parseStretches(reading, bytes, start, end, last),
    finish: () => finishLines(reading),
  };
}

function parseStretches(
  reading: LineReading,
  bytes: Uint8Array,
  start: number,
  end: number,
  last: boolean,
): number {
  const { state } = reading;
  let at = start;
  while (at < end && roomInBlock(state) > 0) {
    const stretch = takeStretch(state.tables.memory, bytes.subarray(at, Math.min(end, at + STRETCH)));
    if (stretch.lineCount > 0) {
      at += parseLines(reading, stretch);
      continue;
    }
    // No stretch holds such a line, and none has come that long.
    const newline = at + STRETCH < end ? bytes.indexOf(NEWLINE, at + STRETCH) : -1;
    if (newline < 0 || newline >= end)
      return last ? parseRest(reading, bytes, at, end) : keepRest(reading, at, end);
    otherLine(reading, bytes, at, newline, false);
    at = newline + 1;
  }
  return at;
}

/** Reads the lines of a stretch; answers how many of its bytes were read. */
function parseLines(reading: LineReading, { start, lineCount, beyondAscii }: Stretch): number {
  const { state } = reading;
  const { memory } = state.tables;
  const { batch } = memory;
  batch.count = 0;
  let room = roomInBlock(state);
  let { span } = reading;
  let base = 1;
  for (let line = 0; line < lineCount; line++) {
    // Asked for each line: what was read may have needed more memory, and then there are new views of it.
    const { bytes, ends } = batch;
    const next = memory.lines[line]!;
    const from = ends[base - 1]! + 1;
    const to = ends[next - 1]!;
    if (
      !beyondAscii &&
      isRegular(reading, next - base, to - from) &&
      bytes[from] !== 0x23 &&
      bytes[to - 1] !== 13 &&
      (span === undefined || isWithin(span, bytes, from, to))
    ) {
      if (batch.count === room || batch.count === BATCH_ROWS) {
        room = flushBatch(reading, batch);
        if (room <= 0) return from - start;
      }
      batch.bases[batch.count] = base;
      batch.numbers[batch.count++] = ++state.lines;
    } else {
      room = flushBatch(reading, batch);
      if (room <= 0) return from - start;
      otherLine(reading, batch.bytes, from, to, false);
      span = reading.span;
      room = roomInBlock(state);
    }
    base = next;
  }
  const read = batch.ends[base - 1]! + 1 - start;
  flushBatch(reading, batch);
  return read;
}

function isRegular(reading: LineReading, columns: number, length: number): boolean {
  if (reading.delimiter !== 'tab' || reading.skipping) return false;
  return columns === reading.layout!.count && length <= reading.state.limits.lineBytes;
}

function flushBatch(reading: LineReading, batch: LineBatch): number {
  if (batch.count > 0) appendBatch(reading.state, reading.layout!, batch);
  batch.count = 0;
  return roomInBlock(reading.state);
}

/** The beginning of a line waits for its end, if it is not too long already. */
function keepRest(reading: LineReading, at: number, end: number): number {
  if (end - at <= reading.state.limits.lineBytes) return at;
  skipLine(reading);
  return end;
}

function parseRest(reading: LineReading, bytes: Uint8Array, at: number, end: number): number {
  otherLine(reading, bytes, at, end, true);
  return end;
}
