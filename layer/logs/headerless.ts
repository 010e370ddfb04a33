import { type Delimiter, type Parts, splitLine } from './delimiter.ts';
import { STANDARD_SETS } from './fields.ts';
import { createLayout, type Layout } from './layout.ts';
import { shapeOf } from './line-shape.ts';
import { LogRefused } from './refusal.ts';

const RTMP_EVENTS = /^(connect|play|seek|pause|unpause|stop|disconnect|publish|unpublish)$/;

/** What the first line of an object without a header says about its columns; `undefined` if it says nothing. */
export function guessLayout(
  bytes: Uint8Array,
  start: number,
  end: number,
  fields: readonly string[] | undefined,
): { readonly layout: Layout; readonly delimiter: Delimiter } | undefined {
  for (const delimiter of ['tab', 'space'] as const) {
    const parts = splitLine(bytes, start, end, delimiter);
    const text = (at: number) => textOf(bytes, parts, at).trim();
    if (fields) {
      const layout = createLayout(fields);
      if ('parts' in shapeOf(bytes, start, end, layout, delimiter, false)) return { layout, delimiter };
      continue;
    }
    if (/^\d{10}(\.\d{1,6})?$/.test(text(0)) && parts.length > 1)
      throw new LogRefused(
        'realtime-fields',
        'This is a real-time log: its lines have no header, so the configured fields must be given',
      );
    if (!/^\d{4}-\d\d-\d\d$/.test(text(0)) || !/^\d\d:\d\d:\d\d$/.test(text(1))) continue;
    if (parts.length === 17 && RTMP_EVENTS.test(text(4)))
      throw new LogRefused('rtmp', 'This is a log of an RTMP streaming distribution (ended in 2020)');
    const names = STANDARD_SETS.get(parts.length) ?? STANDARD_SETS.get(parts.length - 1);
    const layout = names && createLayout(names);
    if (layout && 'parts' in shapeOf(bytes, start, end, layout, delimiter, false))
      return { layout, delimiter };
  }
  return undefined;
}

function textOf(bytes: Uint8Array, parts: Parts, at: number): string {
  const part = parts[at];
  return part ? Buffer.from(bytes.subarray(part[0], Math.min(part[1], part[0] + 64))).toString('latin1') : '';
}
