import { type Delimiter, type Parts, splitLine } from './delimiter.ts';
import type { Layout } from './layout.ts';
import { isAbsent } from './line-batch.ts';

/** The columns of a line that fits the layout, or why it does not. */
export type Shape = { readonly parts: Parts; readonly missing: number } | { readonly reason: string };

/**
 * Whether a line has the columns of a layout. One empty column too many (a trailing tab) is accepted; up to
 * `layout.optional` missing at the end are, if the values are where they belong and the line was not cut off.
 */
export function shapeOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  layout: Layout,
  delimiter: Delimiter,
  unterminated: boolean,
): Shape {
  const parts = splitLine(bytes, start, end, delimiter);
  const missing = layout.count - parts.length;
  if (missing === 0) return { parts, missing };
  const last = parts[parts.length - 1];
  if (missing === -1 && !layout.realtime && last && last[0] === last[1])
    return { parts: parts.slice(0, -1), missing: 0 };
  if (unterminated && missing > 0) return { reason: 'the last line is cut off' };
  if (delimiter === 'tab' && missing > 0 && missing <= layout.optional && valuesFit(bytes, parts, layout))
    return { parts, missing };
  return { reason: `${parts.length} columns instead of ${layout.count}` };
}

/**
 * The delimiter of a line. A tab is one wherever it stands, for no value holds any; only a line without tabs is
 * tried with spaces (copied text) and commas, and has to have exactly the columns of the layout.
 */
export function delimiterOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  layout: Layout,
): Delimiter | undefined {
  if (bytes.subarray(start, end).includes(9)) return 'tab';
  const others: readonly Delimiter[] = layout.count === 1 ? ['tab'] : ['space', 'comma'];
  return others.find((delimiter) => splitLine(bytes, start, end, delimiter).length === layout.count);
}

const FORMS: Readonly<Record<string, RegExp>> = {
  sc_status: /^\d{3}$/,
  cs_protocol: /^(https?|wss?|grpcs?)$/,
  x_edge_result_type: /^[A-Za-z]+$/,
  x_edge_response_result_type: /^[A-Za-z]+$/,
  x_edge_detailed_result_type: /^[A-Za-z]+$/,
  c_port: /^\d{1,5}$/,
  time_taken: /^\d+(\.\d+)?$/,
  time_to_first_byte: /^\d+(\.\d+)?$/,
};

/** A missing column in the middle moves all later ones: then they no longer have their forms. */
function valuesFit(bytes: Uint8Array, parts: Parts, layout: Layout): boolean {
  return Object.entries(FORMS).every(([name, form]) => {
    const at = layout.columns.get(name);
    const part = at === undefined ? undefined : parts[at];
    if (!part || isAbsent(bytes, part[0], part[1])) return true;
    return form.test(Buffer.from(bytes.subarray(part[0], part[1])).toString('latin1'));
  });
}
