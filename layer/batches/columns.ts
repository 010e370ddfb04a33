import type { Client, Dictionaries, EventBlock } from '@sgraph-backbone/layer/logs';
import { CLASSES } from '@sgraph-backbone/layer/logs';

/** A column of a block that rows are made of. `distribution` is the feed's; `visitor_*` never leave ingest. */
export type Source = Exclude<
  keyof EventBlock,
  'length' | 'distribution' | 'dictionaries' | 'visitor_high' | 'visitor_low' | 'visitor_key' | 'visitor_keys'
>;

interface ColumnBase {
  /** As owners see it in Athena, DuckDB or pandas. */
  readonly name: string;
  readonly source: Source;
  /** Never null. */
  readonly required?: true;
  /** Left out of a file in which no row has a value. */
  readonly whenPresent?: true;
}

/** A count, a size in bytes, a time in ms: −1 in a block is null in a row. */
export interface NumberColumn extends ColumnBase {
  readonly kind: 'INT32' | 'INT64';
}

/** A text that a block holds as a small number. */
export interface TextColumn extends ColumnBase {
  readonly kind: 'TEXT';
  /** `''` is null in a row. */
  readonly text: (dictionaries: Dictionaries, id: number) => string;
  /** The way back; `intern` gives the id of a text in one dictionary of the block that is being read. */
  readonly id: (text: string, intern: Intern) => number;
  /** What a block holds for null. */
  readonly absent: number;
}

/** One member of a client; the reader puts the members of a row together again. */
export interface ClientColumn extends ColumnBase {
  readonly kind: 'CLIENT';
  readonly member: keyof Client;
}

export type Column = NumberColumn | TextColumn | ClientColumn;
export type TextDictionary = Exclude<keyof Dictionaries, 'clients' | 'distribution'>;
export type Intern = (dictionary: TextDictionary, text: string) => number;

/** The columns of a raw batch of a log in file order: measures.md, section 2. A column more is a line more. */
export const COLUMNS: readonly Column[] = [
  { name: 'timestamp', kind: 'INT64', source: 'timestamp', required: true },
  status('sc_status'),
  { name: 'sc_bytes', kind: 'INT64', source: 'sc_bytes' },
  { name: 'cs_bytes', kind: 'INT64', source: 'cs_bytes' },
  text('cs_method'),
  text('cs_uri_stem'),
  text('cs_uri_query'),
  text('cs_protocol'),
  text('cs_protocol_version'),
  text('sc_content_type'),
  { name: 'sc_content_len', kind: 'INT64', source: 'sc_content_len' },
  { name: 'sc_range_start', kind: 'INT64', source: 'sc_range_start' },
  { name: 'sc_range_end', kind: 'INT64', source: 'sc_range_end' },
  text('x_edge_location'),
  text('x_edge_result_type', 'result_type'),
  text('x_edge_response_result_type', 'result_type'),
  text('x_edge_detailed_result_type', 'result_type'),
  { name: 'time_taken', kind: 'INT32', source: 'time_taken' },
  { name: 'time_to_first_byte', kind: 'INT32', source: 'time_to_first_byte' },
  { name: 'origin_fbl', kind: 'INT32', source: 'origin_fbl' },
  { name: 'origin_lbl', kind: 'INT32', source: 'origin_lbl' },
  text('ssl_protocol'),
  text('ssl_cipher'),
  text('cs_host'),
  text('c_country'),
  { name: 'asn', kind: 'INT32', source: 'asn' },
  client('browser'),
  client('browser_version'),
  client('operating_system'),
  client('device'),
  client('agent'),
  text('referrer_domain'),
  classOf('class'),
  text('rule'),
  { name: 'measured', kind: 'INT32', source: 'measured', required: true },
  { ...text('x_edge_request_id'), whenPresent: true },
  { name: 'line_id', kind: 'INT64', source: 'line_id', whenPresent: true },
  { name: 'sampling', kind: 'INT32', source: 'sampling', whenPresent: true },
];

/** What events of applications have in common with requests of logs. */
const SHARED: ReadonlySet<string> = new Set([
  'timestamp',
  'sc_status',
  'sc_bytes',
  'cs_method',
  'cs_uri_stem',
  'cs_uri_query',
  'c_country',
  'browser',
  'browser_version',
  'operating_system',
  'device',
  'agent',
  'referrer_domain',
  'class',
  'rule',
  'measured',
]);

/** The columns of a raw batch of an application: its batches are small, so what no event can have is not written. */
export const APPLICATION_COLUMNS: readonly Column[] = [
  ...COLUMNS.filter(({ name }) => SHARED.has(name)),
  text('event_id'),
  text('event_type'),
  text('source'),
  { name: 'duration_ms', kind: 'INT32', source: 'duration_ms' },
  text('transfer_hash'),
  text('token'),
];

/** The columns that a feed's batches are written with. */
export function columnsOf(feed: string): readonly Column[] {
  return feed.startsWith('application.') ? APPLICATION_COLUMNS : COLUMNS;
}

function text(name: Source & TextDictionary): TextColumn;
function text(name: Source, dictionary: TextDictionary): TextColumn;
function text(name: Source, dictionary: TextDictionary = name as TextDictionary): TextColumn {
  return {
    name,
    kind: 'TEXT',
    source: name,
    text: (dictionaries, id) => dictionaries[dictionary].values[id] ?? '',
    id: (value, intern) => intern(dictionary, value),
    absent: 0,
  };
}

function client(member: keyof Client): ClientColumn {
  return { name: member, kind: 'CLIENT', source: 'client', member };
}

function classOf(name: 'class'): TextColumn {
  return {
    name,
    kind: 'TEXT',
    source: name,
    required: true,
    text: (_, id) => CLASSES[id] ?? '',
    id: (value) => Math.max(0, (CLASSES as readonly string[]).indexOf(value)),
    absent: 0,
  };
}

/** Text, because `000` is a status of CloudFront and a number would lose its zeros. */
function status(name: 'sc_status'): TextColumn {
  return {
    name,
    kind: 'TEXT',
    source: name,
    text: (_, id) => (id < 0 ? '' : String(id).padStart(3, '0')),
    id: Number,
    absent: -1,
  };
}
