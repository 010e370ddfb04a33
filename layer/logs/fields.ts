import { FIELDS } from './event-block.ts';

const SETS = [
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query',
  'cs(Cookie) x-edge-result-type x-edge-request-id',
  'x-host-header cs-protocol cs-bytes',
  'time-taken',
  'x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type',
  'cs-protocol-version',
  'fle-status fle-encrypted-fields',
  'c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end',
  'distribution-tenant-id',
  'connection-id',
].map((names) => names.split(' '));

/** The historic field sets of standard logs by their number of columns: 12 15 18 19 23 24 26 33, and 34 and 35 since 2025. */
export const STANDARD_SETS: ReadonlyMap<number, readonly string[]> = new Map(
  SETS.map((_, last) => SETS.slice(0, last + 1).flat()).map((names) => [names.length, names]),
);

const STANDARD_33 = STANDARD_SETS.get(33)!;

/** What deliveries of v2 hold unless told otherwise, and what the console's "all fields" were in 2025. */
export const V2_SETS: readonly (readonly string[])[] = [
  [...STANDARD_33, 'c-country', 'cache-behavior-path-pattern'],
  ['timestamp', 'DistributionId', ...STANDARD_33, 'timestamp(ms)', 'origin-fbl', 'origin-lbl', 'asn'],
];

/** What a line may lack at its end and still be complete: nothing else was seen missing in real files. */
export const MAY_BE_MISSING: readonly string[] = [
  'sc-content-type',
  'sc-content-len',
  'sc-range-start',
  'sc-range-end',
  'distribution-tenant-id',
  'connection-id',
];

/** Our column by CloudFront's name, in the spelling of `normalName`. Other fields are read over. */
const COLUMNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    date: 'date',
    time: 'time',
    timestamp: 'timestamp',
    timestamp_ms: 'timestamp_ms',
    distributionid: 'distribution',
    x_edge_location: 'x_edge_location',
    sc_bytes: 'sc_bytes',
    c_ip: 'address',
    cs_method: 'cs_method',
    cs_uri_stem: 'cs_uri_stem',
    sc_status: 'sc_status',
    cs_referer: 'referrer',
    cs_referrer: 'referrer',
    cs_user_agent: 'agent',
    cs_uri_query: 'cs_uri_query',
    x_edge_result_type: 'x_edge_result_type',
    x_edge_request_id: 'x_edge_request_id',
    cs_protocol: 'cs_protocol',
    cs_bytes: 'cs_bytes',
    time_taken: 'time_taken',
    ssl_protocol: 'ssl_protocol',
    ssl_cipher: 'ssl_cipher',
    x_edge_response_result_type: 'x_edge_response_result_type',
    cs_protocol_version: 'cs_protocol_version',
    time_to_first_byte: 'time_to_first_byte',
    x_edge_detailed_result_type: 'x_edge_detailed_result_type',
    sc_content_type: 'sc_content_type',
    sc_content_len: 'sc_content_len',
    sc_content_length: 'sc_content_len',
    sc_range_start: 'sc_range_start',
    sc_range_end: 'sc_range_end',
    c_country: 'c_country',
    asn: 'asn',
    origin_fbl: 'origin_fbl',
    origin_lbl: 'origin_lbl',
  }),
);

/** Lower case, every run of other characters `_`, as Parquet and Athena spell the names. */
export function normalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** Fields of records of any kind: they alone make none of CloudFront's. */
const ANYBODYS = ['date', 'time', 'timestamp', 'timestamp_ms', 'asn'];

/** What is in front of the names of fields that W3C-like logs alone have. */
const W3C_PREFIX = /^(cs|sc|x_edge|x_host|x_forwarded)_/;

/** Whether a record with these fields can be one of CloudFront: a time alone is anybody's. */
export function hasOwnField(names: readonly string[]): boolean {
  return names
    .map(normalName)
    .some((name) => W3C_PREFIX.test(name) || (COLUMNS.has(name) && !ANYBODYS.includes(name)));
}

/** Names that real-time logs alone have, in CloudFront's own spelling. */
const REALTIME_NAMES = ['cs-host', 'cs-user-agent', 'cs-referer', 'cs-cookie', 'c-ip-version', 'cs-headers'];

/**
 * Whether these are fields of a real-time log. `expected`: somebody says so, which decides where no name tells;
 * dates and names in brackets are of standard logs alone.
 */
export function isRealtime(names: readonly string[], expected?: boolean): boolean {
  if (names.some((name) => REALTIME_NAMES.includes(name))) return true;
  return expected === true && !names.some((name) => name === 'date' || name.includes('('));
}

/**
 * Which column of a record is which column of an event. The site's host is `x-host-header` in standard logs
 * (`cs(Host)` before 2013), and `cs-host` in real-time logs, where the two are swapped.
 */
export function columnsOf(names: readonly string[], realtime = isRealtime(names)): Map<string, number> {
  const columns = new Map<string, number>();
  const normal = names.map(normalName);
  normal.forEach((name, at) => {
    const column = COLUMNS.get(name);
    if (column && !columns.has(column)) columns.set(column, at);
  });
  const preferred = realtime ? ['cs_host', 'x_host_header'] : ['x_host_header', 'cs_host'];
  const host = preferred.map((name) => normal.indexOf(name)).find((at) => at >= 0);
  if (host !== undefined) columns.set('cs_host', host);
  const port = normal.indexOf('c_port');
  if (port >= 0) columns.set('c_port', port);
  return columns;
}

const NEEDS: readonly (readonly [number, readonly string[]])[] = [
  [FIELDS.status, ['sc_status']],
  [FIELDS.bytes, ['sc_bytes']],
  [FIELDS.method, ['cs_method']],
  [FIELDS.path, ['cs_uri_stem']],
  [FIELDS.agent, ['agent']],
  [FIELDS.address, ['address']],
  [FIELDS.result, ['x_edge_response_result_type', 'x_edge_result_type']],
  [FIELDS.host, ['cs_host']],
  [FIELDS.referrer, ['referrer']],
  [FIELDS.query, ['cs_uri_query']],
  [FIELDS.content_type, ['sc_content_type']],
  [FIELDS.edge, ['x_edge_location']],
  [FIELDS.country, ['c_country', 'address']],
  [FIELDS.range, ['sc_range_start']],
];

/** The bits of FIELDS that a source with these columns measures. */
export function measuredBits(columns: ReadonlyMap<string, number>): number {
  return NEEDS.reduce((bits, [bit, any]) => (any.some((name) => columns.has(name)) ? bits | bit : bits), 0);
}
