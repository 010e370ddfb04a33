/** A column of a table, by its name in the Parquet files. */
export interface SqlColumn {
  readonly name: string;
  readonly type: 'string' | 'int' | 'bigint';
  readonly comment?: string;
}

/** What a raw batch of a log holds; a test compares it with the code that writes batches. */
export const REQUEST_COLUMNS: readonly SqlColumn[] = [
  { name: 'timestamp', type: 'bigint', comment: 'epoch milliseconds' },
  { name: 'sc_status', type: 'string', comment: '000: the viewer left before there was an answer' },
  { name: 'sc_bytes', type: 'bigint' },
  { name: 'cs_bytes', type: 'bigint' },
  { name: 'cs_method', type: 'string' },
  { name: 'cs_uri_stem', type: 'string', comment: 'path, with ids and secrets replaced' },
  { name: 'cs_uri_query', type: 'string', comment: 'allow-listed parameters, as JSON' },
  { name: 'cs_protocol', type: 'string' },
  { name: 'cs_protocol_version', type: 'string' },
  { name: 'sc_content_type', type: 'string' },
  { name: 'sc_content_len', type: 'bigint' },
  { name: 'sc_range_start', type: 'bigint' },
  { name: 'sc_range_end', type: 'bigint' },
  { name: 'x_edge_location', type: 'string' },
  { name: 'x_edge_result_type', type: 'string' },
  { name: 'x_edge_response_result_type', type: 'string' },
  { name: 'x_edge_detailed_result_type', type: 'string' },
  { name: 'time_taken', type: 'int', comment: 'milliseconds' },
  { name: 'time_to_first_byte', type: 'int', comment: 'milliseconds' },
  { name: 'origin_fbl', type: 'int', comment: 'milliseconds to the first byte of the origin' },
  { name: 'origin_lbl', type: 'int', comment: 'milliseconds to the last byte of the origin' },
  { name: 'ssl_protocol', type: 'string' },
  { name: 'ssl_cipher', type: 'string' },
  { name: 'cs_host', type: 'string', comment: 'the host of the site' },
  { name: 'c_country', type: 'string' },
  { name: 'asn', type: 'int' },
  { name: 'browser', type: 'string' },
  { name: 'browser_version', type: 'string' },
  { name: 'operating_system', type: 'string' },
  { name: 'device', type: 'string' },
  { name: 'agent', type: 'string', comment: 'product name of a program' },
  { name: 'referrer_domain', type: 'string' },
  { name: 'class', type: 'string', comment: 'human, bot, probe or monitor' },
  { name: 'rule', type: 'string', comment: 'what made it a bot, a probe or a monitor' },
  { name: 'measured', type: 'int', comment: 'bits: which fields the log had' },
  { name: 'x_edge_request_id', type: 'string', comment: 'only with the setting keep_request_ids' },
  {
    name: 'line_id',
    type: 'bigint',
    comment: 'real-time logs: a line that was delivered twice has it twice',
  },
  { name: 'sampling', type: 'int', comment: 'real-time logs: percent of requests that are logged' },
];

/** What events of applications have beyond a request. */
const EVENT_COLUMNS: readonly SqlColumn[] = [
  { name: 'event_id', type: 'string', comment: 'the same event posted twice has it twice' },
  { name: 'event_type', type: 'string' },
  { name: 'source', type: 'string' },
  { name: 'duration_ms', type: 'int' },
  { name: 'transfer_hash', type: 'string', comment: "hash under the day's key" },
  { name: 'token', type: 'string' },
];

/** A raw batch of an application. */
export const APPLICATION_COLUMNS: readonly SqlColumn[] = [...REQUEST_COLUMNS, ...EVENT_COLUMNS];

/** In the path of a batch: what it is of, and the day (UTC) in which it happened. */
export const PARTITIONS: readonly SqlColumn[] = [
  {
    name: 'feed',
    type: 'string',
    comment: 'standard.<distribution>, realtime.<distribution>, application.<app>',
  },
  { name: 'day', type: 'string', comment: 'UTC, 2026-02-16' },
];
