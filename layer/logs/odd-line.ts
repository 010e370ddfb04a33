import { type ConfiguredLines, isWithin, type Span } from './configured-lines.ts';
import { type Delimiter, isBlank, type Parts } from './delimiter.ts';
import { type Comment, readComment } from './header.ts';
import { guessLayout } from './headerless.ts';
import { createLayout, type Layout } from './layout.ts';
import { delimiterOf, shapeOf } from './line-shape.ts';
import { noteFormat, type ParseState, quarantineLine } from './parse-state.ts';
import { LogRefused } from './refusal.ts';
import { appendBatch } from './rows.ts';
import { addValue, beginRow, clearScratch, createScratch, type Scratch } from './scratch.ts';

/** An object of which so many lines have not been understood, and none before them, is no log of CloudFront. */
const PATIENCE = 1000;
const TOO_LONG = 'line too long';

/** What is known from line to line. */
export interface LineReading {
  readonly state: ParseState;
  readonly configured: ConfiguredLines;
  readonly scratch: Scratch;
  layout: Layout | undefined;
  /** Event times for which the layout is configured; undefined where it holds for all lines. */
  span: Span | undefined;
  /** Undefined until a line of this layout has shown one. */
  delimiter: Delimiter | undefined;
  /** Lines before any layout was known. */
  unknown: number;
  /** Inside a line that is too long to be held. */
  skipping: boolean;
}

export function createLineReading(state: ParseState, configured: ConfiguredLines): LineReading {
  return {
    state,
    configured,
    scratch: createScratch(1),
    layout: undefined,
    span: undefined,
    delimiter: undefined,
    unknown: 0,
    skipping: false,
  };
}

/** The object has no more lines. Throws LogRefused if none of them was understood. */
export function finishLines(text: LineReading): void {
  if (text.skipping) quarantineLine(text.state, ++text.state.lines, TOO_LONG);
  if (isUnknown(text) && text.unknown > 0) throw notCloudFront();
}

/** The present line is too long: its bytes are dropped up to its end. */
export function skipLine(text: LineReading): void {
  if (isUnknown(text)) throw notCloudFront();
  text.skipping = true;
}

/** Any line that is not simply `layout.count` columns between tabs. */
export function otherLine(
  text: LineReading,
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
  else readRecordLine(text, line, bytes, start, end, unterminated);
}

function tooLong(text: LineReading, line: number): void {
  if (isUnknown(text)) throw notCloudFront();
  quarantineLine(text.state, line, TOO_LONG);
}

function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlank(bytes[at]!)) return false;
  return true;
}

function comment(text: LineReading, said: Comment): void {
  if (said.kind === 'version' && said.version !== '1.0')
    text.state.warnings.add('#Version is not 1.0; the lines were read by their #Fields');
  if (said.kind !== 'fields') return;
  const same = text.layout?.names.join(' ') === said.names.join(' ');
  if (same) return;
  text.layout = createLayout(said.names, said.tabs, text.state.realtime);
  text.span = undefined;
  text.delimiter = undefined;
  nameFormat(text);
}

/** One line that is a record or nothing. Throws LogRefused if it is of another kind of log. */
export function readRecordLine(
  text: LineReading,
  line: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  unterminated: boolean,
): void {
  const layout = layoutFor(text, bytes, start, end);
  if (!layout) {
    const reason = text.span ? 'no fields are configured for its time' : 'not a record of CloudFront';
    unread(text, line, reason);
    return;
  }
  const delimiter = delimiterFor(text, layout, bytes, start, end);
  const shape = shapeOf(bytes, start, end, layout, delimiter, unterminated);
  if ('reason' in shape) quarantineLine(text.state, line, shape.reason);
  else {
    // A line that fits decides, so that a stray tab does not make all others odd. Lines with tabs have the fast way.
    text.delimiter = delimiter;
    appendLine(text, layout, line, bytes, shape);
  }
}

/** Once a line with tabs has fitted, it is tabs; until then any line may have its own. */
function delimiterFor(
  { delimiter }: LineReading,
  layout: Layout,
  bytes: Uint8Array,
  start: number,
  end: number,
): Delimiter {
  if (delimiter === 'tab') return delimiter;
  return delimiterOf(bytes, start, end, layout) ?? delimiter ?? 'tab';
}

/** The newest header's layout; without a header, the one configured for the line's time, or that the first line fits. */
function layoutFor(text: LineReading, bytes: Uint8Array, start: number, end: number): Layout | undefined {
  if (text.layout && !text.span) return text.layout;
  if (text.span && isWithin(text.span, bytes, start, end)) return text.layout;
  const guess = guessLayout(bytes, start, end, text.configured, text.state.realtime);
  // A line that says nothing changes nothing.
  if (!guess) return text.layout;
  if (text.layout !== guess.layout) text.delimiter = guess.delimiter;
  text.layout = guess.layout;
  text.span = guess.span;
  nameFormat(text);
  return text.layout;
}

function appendLine(
  text: LineReading,
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

function unread(text: LineReading, line: number, reason: string): void {
  if (isUnknown(text) && ++text.unknown >= PATIENCE) throw notCloudFront();
  quarantineLine(text.state, line, reason);
}

/** Whether no line of the object has been understood so far. */
function isUnknown({ state }: LineReading): boolean {
  return state.format === '';
}

function nameFormat({ state, layout }: LineReading): void {
  if (layout) noteFormat(state, layout.format, layout.realtime);
}

function notCloudFront(): LogRefused {
  return new LogRefused('not-cloudfront', 'No line of this file is a record of a CloudFront log');
}
