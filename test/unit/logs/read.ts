import {
  CLASSES,
  type Client,
  createLogReader,
  DEFAULT_RULES,
  type EventBlock,
  type LogResult,
  type ReadLogOptions,
  type Rules,
  readLog,
} from '@sgraph-backbone/layer/logs';

/** One event as a plain object, texts instead of ids. */
export type Row = Record<string, unknown> & { client: Client; class: string };

const TEXTS: Readonly<Record<string, Exclude<keyof EventBlock['dictionaries'], 'clients'>>> = {
  distribution: 'distribution',
  cs_method: 'cs_method',
  cs_uri_stem: 'cs_uri_stem',
  cs_uri_query: 'cs_uri_query',
  cs_protocol: 'cs_protocol',
  cs_protocol_version: 'cs_protocol_version',
  sc_content_type: 'sc_content_type',
  x_edge_location: 'x_edge_location',
  x_edge_result_type: 'result_type',
  x_edge_response_result_type: 'result_type',
  x_edge_detailed_result_type: 'result_type',
  ssl_protocol: 'ssl_protocol',
  ssl_cipher: 'ssl_cipher',
  cs_host: 'cs_host',
  c_country: 'c_country',
  referrer_domain: 'referrer_domain',
  rule: 'rule',
  x_edge_request_id: 'x_edge_request_id',
};
const NUMBERS = [
  'measured',
  'timestamp',
  'sc_status',
  'sc_bytes',
  'cs_bytes',
  'sc_content_len',
  'sc_range_start',
  'sc_range_end',
  'time_taken',
  'time_to_first_byte',
  'origin_fbl',
  'origin_lbl',
  'asn',
  'line_id',
  'sampling',
] as const;

export function rowsOf(block: EventBlock): Row[] {
  return Array.from({ length: block.length }, (_, row) => {
    const texts = Object.entries(TEXTS).map(([column, name]) => [
      column,
      block.dictionaries[name].values[(block[column as keyof EventBlock] as Int32Array)[row]!],
    ]);
    const key = block.visitor_key[row]!;
    return {
      ...Object.fromEntries(NUMBERS.map((name) => [name, block[name][row]])),
      ...Object.fromEntries(texts),
      client: block.dictionaries.clients[block.client[row]!]!,
      class: CLASSES[block.class[row]!]!,
      visitor:
        key === 0
          ? ''
          : `${block.visitor_keys[key - 1]}:${block.visitor_high[row]}:${block.visitor_low[row]}`,
    };
  });
}

export type ReadOptions = Partial<Omit<ReadLogOptions, 'rules'>> & {
  rules?: Partial<Rules>;
  pieces?: number;
};

/** Reads bytes as a log object, in pieces of so many bytes, and gives all rows. */
export async function read(
  content: string | Uint8Array,
  { rules, pieces, ...options }: ReadOptions = {},
): Promise<LogResult & { rows: Row[] }> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const rows: Row[] = [];
  const result = await readLog(
    inPieces(bytes, pieces ?? Math.max(1, bytes.length)),
    {
      reader: createLogReader(),
      identity: Buffer.from('identity'),
      rules: { ...DEFAULT_RULES, ...rules },
      now: Date.UTC(2026, 10, 21),
      dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
      dayKey: async (day) => ({ id: `key-${day}`, key: Buffer.from(day) }),
      ...options,
      // Small blocks, so that a file of a test has several of them.
      limits: { blockRows: 200, ...options.limits },
    },
    (block) => {
      rows.push(...rowsOf(block));
    },
  );
  return { ...result, rows };
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

export const FIELDS_33 =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) ' +
  'cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken ' +
  'x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status ' +
  'fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len ' +
  'sc-range-start sc-range-end';

export const HEADER_33 = `#Version: 1.0\n#Fields: ${FIELDS_33}\n`;

const VALUES: Readonly<Record<string, string>> = {
  date: '2026-02-16',
  time: '14:30:05',
  'x-edge-location': 'LIS50-P1',
  'sc-bytes': '1234',
  'c-ip': '192.0.2.7',
  'cs-method': 'GET',
  'cs(Host)': 'd111111abcdef8.cloudfront.net',
  'cs-uri-stem': '/en-gb/',
  'sc-status': '200',
  'cs(User-Agent)':
    'Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36%20(KHTML,%20like%20Gecko)%20Chrome/131.0.0.0%20Safari/537.36',
  'x-edge-result-type': 'Hit',
  'x-edge-request-id': 'SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==',
  'x-host-header': 'send.example.com',
  'cs-protocol': 'https',
  'cs-bytes': '99',
  'time-taken': '0.167',
  'ssl-protocol': 'TLSv1.3',
  'ssl-cipher': 'TLS_AES_128_GCM_SHA256',
  'x-edge-response-result-type': 'Hit',
  'cs-protocol-version': 'HTTP/2.0',
  'c-port': '11040',
  'time-to-first-byte': '0.042',
  'x-edge-detailed-result-type': 'Hit',
  'sc-content-type': 'text/html',
  'sc-content-len': '78',
};

/** A line of 33 columns; what is not given is usual. */
export function line33(values: Record<string, string> = {}): string {
  return FIELDS_33.split(' ')
    .map((name) => values[name] ?? VALUES[name] ?? '-')
    .join('\t');
}

/** A file of such lines, with its header. */
export function file33(...lines: readonly Record<string, string>[]): string {
  return HEADER_33 + lines.map((values) => `${line33(values)}\n`).join('');
}
