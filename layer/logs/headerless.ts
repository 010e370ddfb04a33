import { type ConfiguredLines, layoutAt, lineTime, type Span } from './configured-lines.ts';
import { type Delimiter, type Parts, splitLine } from './delimiter.ts';
import { STANDARD_SETS, V2_SETS } from './fields.ts';
import { createLayout, type Layout } from './layout.ts';
import { shapeOf } from './line-shape.ts';
import { LogRefused } from './refusal.ts';

const RTMP_EVENTS = /^(connect|play|seek|pause|unpause|stop|disconnect|publish|unpublish)$/;
/** Epoch seconds with decimals: only real-time logs write them. */
const REALTIME = /^\d{10}\.\d{1,6}$/;

/** What a line says about columns. Without a layout: none is configured for the time that the span holds. */
export interface Guess {
  readonly layout?: Layout;
  readonly delimiter?: Delimiter;
  readonly span?: Span;
}

/** What a line without a header before it says about its columns; `undefined` if it says nothing. */
export function guessLayout(
  bytes: Uint8Array,
  start: number,
  end: number,
  configured: ConfiguredLines,
  realtime: boolean | undefined,
): Guess | undefined {
  for (const delimiter of ['tab', 'space', 'comma'] as const) {
    const parts = splitLine(bytes, start, end, delimiter);
    if (parts.length < 2 && (configured.given?.count ?? 2) > 1) continue;
    const line: Line = { bytes, start, end, delimiter, parts };
    const guess = configured.given
      ? fitted(line, configured.given)
      : unconfigured(line, configured, realtime);
    if (guess) return guess;
  }
  return undefined;
}

interface Line {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly delimiter: Delimiter;
  readonly parts: Parts;
}

/** A real-time line need not fit to be one: then it is the only one that is not understood. */
function fitted(line: Line, layout: Layout): Guess | undefined {
  const { bytes, start, end, delimiter } = line;
  if (layout.realtime && delimiter === 'tab' && REALTIME.test(textAt(line, 0))) return { layout, delimiter };
  return 'parts' in shapeOf(bytes, start, end, layout, delimiter, false) ? { layout, delimiter } : undefined;
}

function unconfigured(
  line: Line,
  configured: ConfiguredLines,
  realtime: boolean | undefined,
): Guess | undefined {
  const first = textAt(line, 0);
  if (/^\d{10}(\.\d{1,6})?$/.test(first))
    return standardSince2024(line) ?? realtimeGuess(line, configured, realtime);
  if (!/^\d{4}-\d\d-\d\d$/.test(first) || !/^\d\d:\d\d:\d\d$/.test(textAt(line, 1))) return undefined;
  if (line.parts.length === 17 && RTMP_EVENTS.test(textAt(line, 4)))
    throw new LogRefused('rtmp', 'This is a log of an RTMP streaming distribution (ended in 2020)');
  return standardSince2024(line) ?? standard(line);
}

function standard(line: Line): Guess | undefined {
  const { length } = line.parts;
  const names = STANDARD_SETS.get(length) ?? STANDARD_SETS.get(length - 1);
  return names && fitted(line, createLayout(names, false, false));
}

/** `plain` and `raw` files of v2 have the values of the fields that a delivery has by itself, and need not say so. */
function standardSince2024(line: Line): Guess | undefined {
  const names = V2_SETS.find(
    (set) =>
      set.length === line.parts.length &&
      isOr(line, set.indexOf('c-country'), /^([A-Z]{2})$/) &&
      isOr(line, set.indexOf('DistributionId'), /^E[A-Z0-9]{8,19}$/) &&
      isOr(line, set.indexOf('date'), /^\d{4}-\d\d-\d\d$/),
  );
  const layout = names && createLayout(names, false, false);
  return layout && fitted(line, { ...layout, format: `v2-raw-${layout.count}` });
}

function isOr(line: Line, column: number, form: RegExp): boolean {
  return column < 0 || form.test(textAt(line, column));
}

function realtimeGuess(line: Line, configured: ConfiguredLines, realtime: boolean | undefined): Guess {
  if (configured.inTime.length === 0 || realtime === false)
    throw new LogRefused(
      'realtime-fields',
      'This is a real-time log: its lines have no header, so the configured fields must be given (import --fields, or the settings)',
    );
  const { layout, span } = layoutAt(configured, lineTime(line.bytes, line.start, line.end));
  return { layout, span, ...(layout ? { delimiter: line.delimiter } : {}) };
}

function textAt({ bytes, parts }: Line, at: number): string {
  const part = parts[at];
  if (!part) return '';
  return Buffer.from(bytes.subarray(part[0], Math.min(part[1], part[0] + 64)))
    .toString('latin1')
    .trim();
}
