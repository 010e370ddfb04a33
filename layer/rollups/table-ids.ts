import type { EventBlock } from '@sgraph-backbone/layer/logs';
import { CLASSES, type Client, type Dictionaries } from '@sgraph-backbone/layer/logs';
import type { CountingFacts } from './counting-facts.ts';
import { QUERY_DIMENSIONS, type TableName } from './dimensions.ts';
import { countId, countIds, createIdCounts, type IdCounts, readRow, type Weights } from './id-counts.ts';
import type { Summary } from './summary.ts';
import { addOther, addRow, COUNTING_LIMIT } from './table.ts';

/** Tables of great variety, counted by a column's ids; the small ones come with the shapes of requests. */
const COLUMNS = {
  path: 'cs_uri_stem',
  edge_location: 'x_edge_location',
  country: 'c_country',
  referrer_domain: 'referrer_domain',
} as const satisfies Partial<Record<TableName, keyof EventBlock & keyof Dictionaries>>;
type ColumnTable = keyof typeof COLUMNS;
const COLUMN_TABLES = Object.keys(COLUMNS) as ColumnTable[];

/** Counts by id of everything that becomes a table. */
export type TableIds = Record<ColumnTable | 'client', IdCounts> & {
  readonly query: readonly IdCounts[];
};

export function createTableIds(): TableIds {
  const tables = [...COLUMN_TABLES, 'client'].map((name) => [name, createIdCounts()]);
  return { ...Object.fromEntries(tables), query: QUERY_DIMENSIONS.map(createIdCounts) };
}

/** Counts the rows by each of their columns. */
export function countTables(
  ids: TableIds,
  block: EventBlock,
  rows: Int32Array,
  count: number,
  facts: CountingFacts,
  w: Weights,
): void {
  for (const name of COLUMN_TABLES) countIds(ids[name], block[COLUMNS[name]], rows, count, w);
  countIds(ids.client, block.client, rows, count, w);
  for (let i = 0; i < count; i += 1) {
    const query = block.cs_uri_query[rows[i]!]!;
    if (query === 0) continue;
    const pairs = facts.queryOf(query);
    for (let at = 0; at < pairs.length; at += 2) countId(ids.query[pairs[at]!]!, pairs[at + 1]!, rows[i]!, w);
  }
}

/** Adds what was counted by id to the tables of a summary, as text. */
export function foldTables(
  summary: Summary,
  ids: TableIds,
  dictionaries: Dictionaries,
  facts: CountingFacts,
): void {
  const { clients } = dictionaries;
  for (const name of COLUMN_TABLES) {
    const { values } = dictionaries[COLUMNS[name]];
    fold(summary, ids[name], name, (id) => values[id]!);
  }
  fold(summary, ids.client, 'browser', (id) => clients[id]!.browser);
  fold(summary, ids.client, 'operating_system', (id) => clients[id]!.operating_system);
  fold(summary, ids.client, 'device', (id) => clients[id]!.device);
  fold(summary, ids.client, 'agent', (id) => clients[id]!.agent);
  fold(summary, ids.client, 'client', (id) => clientText(clients[id]!));
  QUERY_DIMENSIONS.forEach((name, i) => {
    fold(summary, ids.query[i]!, name, (id) => facts.queryValues[i]![id]!);
  });
}

/** What distinct agents are told apart by. One that says nothing is absent, as it is when its row has been stored and read back. */
export function clientText({ browser, browser_version, operating_system, agent }: Client): string {
  const text = `${browser}|${browser_version}|${operating_system}|${agent}`;
  return text === '|||' ? '' : text;
}

// Rows 0–3 hold what had no room, by class: it is as unlisted in the tables as it was among the ids.
function fold(summary: Summary, ids: IdCounts, name: TableName, textOf: (id: number) => string) {
  const tables = CLASSES.map((own) => summary.classes[own].tables[name]);
  const weights = new Float64Array(4);
  for (let row = 0; row < ids.rows; row += 1) {
    readRow(ids, row, weights);
    if (weights[0] === 0) continue;
    const key = ids.keys[row]!;
    const text = row < 4 ? undefined : textOf(key >> 2);
    if (text === undefined) addOther(tables[row]!, weights, 0);
    else if (text !== '') addRow(tables[key & 3]!, text, weights, 0, COUNTING_LIMIT);
  }
}
