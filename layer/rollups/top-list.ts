import { CLASSES, type Class } from '@sgraph-backbone/layer/logs';
import { DIMENSIONS, type Dimension, NEVER_CUT } from './dimensions.ts';
import {
  createTable,
  cutTable,
  decodeTable,
  type EncodedTable,
  encodeTable,
  isCut,
  mergeTable,
  rank,
  type Table,
} from './table.ts';

/** Entries that a roll-up keeps of a dimension: what people do is worth more room than what machines do. */
export const TOP_LIMIT: Readonly<Record<Class, number>> = { human: 200, bot: 50, probe: 50, monitor: 50 };

/** Top lists of one class: the most requested first. */
export type TopLists = Readonly<Partial<Record<Dimension, EncodedTable>>>;

/**
 * Adds the tables of each dimension up and cuts the sums for a class, but those of closed forms. Tables that were cut
 * before add up too: their cut_off says how many requests a value may lack.
 */
export function topLists(name: Class, tablesOf: (dimension: Dimension) => readonly Table[]): TopLists {
  const lists = DIMENSIONS.map((dimension) => {
    const sum = sumTables(tablesOf(dimension));
    return [dimension, NEVER_CUT.has(dimension) ? sum : cutTable(sum, TOP_LIMIT[name])] as const;
  });
  const filled = lists.filter(([, table]) => table.values.length > 0 || isCut(table));
  return Object.fromEntries(filled.map(([dimension, table]) => [dimension, encodeRanked(table)]));
}

export interface TopEntry {
  readonly value: string;
  readonly requests: number;
  readonly page_views: number;
  readonly bytes: number;
  readonly errors: number;
}

/** A page of a top list for an answer. */
export interface TopPage {
  readonly entries: readonly TopEntry[];
  /** What is in no entry of the whole list, on whatever page. */
  readonly other: Omit<TopEntry, 'value'>;
  /** No value, listed or not, had this many requests more than the list says. */
  readonly cut_off: number;
  /** Entries on all pages. */
  readonly total: number;
}

/** The entries of some classes (`all`: every class) together, from `offset` on. */
export function topPage(
  top: Readonly<Record<Class, TopLists>>,
  dimension: Dimension,
  choice: Class | 'all',
  page: { readonly offset?: number; readonly limit: number },
): TopPage {
  const table = sumTables(
    (choice === 'all' ? CLASSES : [choice]).flatMap((name) => {
      const list = top[name][dimension];
      return list ? [decodeTable(list)] : [];
    }),
  );
  const offset = page.offset ?? 0;
  const rows = rank(table, table.values.length).slice(offset, offset + page.limit);
  const [requests = 0, page_views = 0, bytes = 0, errors = 0] = table.other;
  return {
    entries: rows.map((row) => entryOf(table, row)),
    other: { requests, page_views, bytes, errors },
    cut_off: table.cut_off,
    total: table.values.length,
  };
}

function sumTables(tables: readonly Table[]): Table {
  if (tables.length === 1) return tables[0]!;
  const sum = createTable();
  for (const table of tables) mergeTable(sum, table);
  return sum;
}

function encodeRanked(table: Table): EncodedTable {
  return encodeTable(table, rank(table, table.values.length));
}

function entryOf({ values, counts }: Table, row: number): TopEntry {
  const [requests = 0, page_views = 0, bytes = 0, errors = 0] = counts.subarray(row * 4, row * 4 + 4);
  return { value: values[row]!, requests, page_views, bytes, errors };
}
