import { CLASSES, type Dictionaries, type EventBlock, FIELDS } from '@sgraph-backbone/layer/logs';
import type { Counters } from './counters.ts';
import type { CountingFacts } from './counting-facts.ts';
import { QUERY_DIMENSIONS, type TableName } from './dimensions.ts';
import { addStatus } from './request-shapes.ts';
import type { ClassSummary, Summary } from './summary.ts';
import { addRow, COUNTING_LIMIT } from './table.ts';
import { clientText } from './table-ids.ts';

/**
 * Counts events of applications, row by row: they come by the hundred, not by the million as lines of logs do.
 * What an event counts as is said by its type, not by its path: measures.md, section 3.
 */
export function countEvents(
  summary: Summary,
  block: EventBlock,
  rows: Int32Array,
  count: number,
  facts: CountingFacts,
): void {
  for (let index = 0; index < count; index++) {
    const row = rows[index]!;
    const content = summary.classes[CLASSES[block.class[row]!]!];
    countRow(content, block, row, facts);
  }
}

/** Counters by event type; types that are not listed are in the table of event types alone. */
const COUNTED: Readonly<Record<string, keyof Counters>> = {
  page_view: 'page_views',
  api_call: 'api_calls',
  file_upload: 'file_uploads',
  transfer_upload_completed: 'file_uploads',
  file_download: 'file_downloads',
  transfer_download_completed: 'file_downloads',
  token_use: 'token_uses',
};

function countRow(content: ClassSummary, block: EventBlock, row: number, facts: CountingFacts): void {
  const { counters } = content;
  const type = block.dictionaries.event_type.values[block.event_type[row]!]!;
  const status = block.sc_status[row]!;
  const bytes = Math.max(0, block.sc_bytes[row]!);
  const request = block.cs_method[row] === 0 ? 0 : 1;
  const counted = COUNTED[type];
  counters.events += 1;
  counters.total_requests += request;
  counters.total_bytes += bytes;
  if (counted) counters[counted] += 1;
  addStatus(counters, status, 1);
  countUnmeasured(counters, block, row);
  const page = type === 'page_view' ? 1 : 0;
  const error = status >= 400 ? 1 : 0;
  countTexts(content, block, row, [request, page, bytes, error], facts);
  countNames(content, block, row, type, [1, page, bytes, error]);
}

/** What this event does not say. Every event may say something else. */
function countUnmeasured(counters: Counters, block: EventBlock, row: number): void {
  if (block.sc_status[row]! < 0) counters.unmeasured_status += 1;
  if (block.sc_bytes[row]! < 0) counters.unmeasured_bytes += 1;
  if (block.cs_uri_stem[row] === 0) counters.unmeasured_paths += 1;
  if ((block.measured[row]! & FIELDS.agent) === 0) counters.classes_unmeasured_requests += 1;
  counters.unmeasured_edges += 1;
}

const TEXTS = {
  path: 'cs_uri_stem',
  method: 'cs_method',
  country: 'c_country',
  referrer_domain: 'referrer_domain',
  rule: 'rule',
} as const satisfies Partial<Record<TableName, keyof EventBlock & keyof Dictionaries>>;
const TEXT_TABLES = Object.keys(TEXTS) as (keyof typeof TEXTS)[];

/** Tables in which an event counts as a request if it is one. */
function countTexts(
  { tables }: ClassSummary,
  block: EventBlock,
  row: number,
  weights: readonly number[],
  facts: CountingFacts,
): void {
  const add = (table: TableName, text: string) => {
    if (text !== '') addRow(tables[table], text, weights, 0, COUNTING_LIMIT);
  };
  const { dictionaries } = block;
  for (const name of TEXT_TABLES) add(name, dictionaries[TEXTS[name]].values[block[TEXTS[name]][row]!]!);
  const status = block.sc_status[row]!;
  add('status_code', status < 0 ? '' : String(status).padStart(3, '0'));
  const client = dictionaries.clients[block.client[row]!]!;
  add('browser', client.browser);
  add('operating_system', client.operating_system);
  add('device', client.device);
  add('agent', client.agent);
  add('client', clientText(client));
  const query = block.cs_uri_query[row]!;
  const pairs = query === 0 ? [] : facts.queryOf(query);
  for (let at = 0; at < pairs.length; at += 2) {
    const name = QUERY_DIMENSIONS[pairs[at]!]!;
    // Of applications this list is about accepted uses.
    if (name !== 'token') add(name, facts.queryValues[pairs[at]!]![pairs[at + 1]!]!);
  }
}

/** Tables in which every event counts. */
function countNames(
  { tables }: ClassSummary,
  block: EventBlock,
  row: number,
  type: string,
  weights: readonly number[],
): void {
  const token = block.dictionaries.token.values[block.token[row]!]!;
  addRow(tables.event_type, type, weights, 0, COUNTING_LIMIT);
  if (token === '') return;
  if (type === 'token_use') addRow(tables.token, token, weights, 0, COUNTING_LIMIT);
  if (type === 'token_rejected') addRow(tables.token_rejected, token, weights, 0, COUNTING_LIMIT);
}
