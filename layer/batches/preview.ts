import type { EventBlock } from '@sgraph-backbone/layer/logs';
import { openBatchRows } from './batch-rows.ts';
import { type Column, columnsOf } from './columns.ts';

export type PreviewRow = Readonly<Record<string, string | number | null>>;

/** The first rows of a batch by the names of its columns, for people to look at. Throws BadBatch. */
export function previewRows(bytes: Uint8Array, limit: number, place = 'batch'): PreviewRow[] {
  const batch = openBatchRows(bytes, place);
  const columns = columnsOf(batch.feed);
  const block = batch.read(new Set(columns.map(({ source }) => source)));
  const rows = Math.min(limit, block.length);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, cellOf(block, column, row)])),
  );
}

function cellOf(block: EventBlock, column: Column, row: number): string | number | null {
  const value = Number(block[column.source][row]);
  const { dictionaries } = block;
  if (column.kind === 'TEXT') return column.text(dictionaries, value) || null;
  if (column.kind === 'CLIENT') return dictionaries.clients[value]?.[column.member] || null;
  return value < 0 ? null : value;
}
