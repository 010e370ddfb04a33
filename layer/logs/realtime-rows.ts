import { hash } from 'node:crypto';
import type { Layout } from './layout.ts';
import type { LineBatch } from './line-batch.ts';
import type { ParseState } from './parse-state.ts';
import { textId } from './text-column.ts';

const QUESTION_MARK = 0x3f;

/** What real-time lines have beside the columns: a query inside the path, and the line itself as what identifies it. */
export function readRealtime(state: ParseState, layout: Layout, batch: LineBatch, at: number): void {
  if (layout.queryInPath >= 0) readQueries(state, batch, layout.queryInPath, at);
  const { line } = state.block;
  if (!layout.realtime) line.fill(0n, at, at + batch.count);
  else
    for (let row = 0; row < batch.count; row++)
      line[at + row] = digestOf(batch, batch.bases[row]!, layout.line);
}

function readQueries(state: ParseState, batch: LineBatch, column: number, at: number): void {
  const { bytes, view, ends, bases } = batch;
  const queries = state.block.events.cs_uri_query;
  for (let row = 0; row < batch.count; row++) {
    const last = bases[row]! + column;
    const end = ends[last]!;
    const mark = bytes.subarray(ends[last - 1]! + 1, end).indexOf(QUESTION_MARK);
    const start = ends[last - 1]! + 1 + mark + 1;
    queries[at + row] = mark < 0 ? 0 : textId(state.tables.texts.cs_uri_query!, bytes, view, start, end);
  }
}

/** Never leaves the process: what does is its keyed hash. */
function digestOf({ bytes, ends }: LineBatch, base: number, [first, last]: Layout['line']): bigint {
  const line = bytes.subarray(ends[base + first - 1]! + 1, ends[base + last]!);
  return hash('sha256', line, 'buffer').readBigUInt64LE() || 1n;
}
