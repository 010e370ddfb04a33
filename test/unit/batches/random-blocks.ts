import type { Client, Dictionaries, EventBlock } from '@sgraph-backbone/layer/logs';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const text = (prefix: string, count: number) => ({
  values: ['', ...Array.from({ length: count }, (_, index) => `${prefix}${index}`)],
});

const AWKWARD = ['/ü/日本/🎉', '/"quoted"\\', '/a\tb', '/x'.repeat(512)];

const CLIENTS: readonly Client[] = [
  { browser: '', browser_version: '', operating_system: '', device: '', agent: '' },
  { browser: 'Chrome', browser_version: '120', operating_system: 'Windows', device: 'desktop', agent: '' },
  { browser: 'Chrome', browser_version: '121', operating_system: 'Windows', device: 'desktop', agent: '' },
  { browser: 'Safari', browser_version: '17', operating_system: 'iOS', device: 'mobile', agent: '' },
  { browser: '', browser_version: '', operating_system: '', device: 'bot', agent: 'GPTBot' },
];

/** Dictionaries as a log reader has them; `requestIds` as many ids as rows will have. */
export function randomDictionaries(requestIds: number): Dictionaries {
  const paths = text('/path/', 300);
  return {
    distribution: { values: ['', 'E2EXAMPLE'] },
    cs_method: { values: ['', 'GET', 'POST', 'HEAD'] },
    cs_uri_stem: { values: [...paths.values, ...AWKWARD] },
    cs_uri_query: { values: ['', '{"utm_source":"x"}', '{"token":"community-x","utm_medium":"mail"}'] },
    cs_protocol: { values: ['', 'https', 'http'] },
    cs_protocol_version: { values: ['', 'HTTP/2.0', 'HTTP/3.0'] },
    sc_content_type: { values: ['', 'text/html', 'application/json'] },
    x_edge_location: text('LIS50-P', 5),
    result_type: { values: ['', 'Hit', 'Miss', 'Error', 'RefreshHit'] },
    ssl_protocol: { values: ['', 'TLSv1.3'] },
    ssl_cipher: text('TLS_', 3),
    cs_host: { values: ['', 'send.example', 'www.send.example'] },
    c_country: { values: ['', 'PT', 'BR'] },
    referrer_domain: text('site', 20),
    rule: { values: ['', 'isbot', 'wp'] },
    x_edge_request_id: text('request-', requestIds),
    event_id: text('event-', 500),
    event_type: { values: ['', 'page_view', 'api_call', 'token_use', 'transfer_created'] },
    source: { values: ['', 'application', 'lambda'] },
    transfer_hash: text('00112233aabbcc', 9),
    token: { values: ['', 'community-x', 'press'] },
    clients: CLIENTS,
  };
}

/** Rows of anything a block may hold, absent values in every column included. */
export function randomBlock(
  length: number,
  seed: number,
  dictionaries = randomDictionaries(0),
  { realtime = false, application = false } = {},
): EventBlock {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const ids = (name: Exclude<keyof Dictionaries, 'clients'>) =>
    Int32Array.from({ length }, () => below(dictionaries[name].values.length));
  const times = (limit: number) => Int32Array.from({ length }, () => below(limit) - 1);
  const sizes = (limit: number) => Float64Array.from({ length }, () => (random() < 0.3 ? -1 : below(limit)));
  const constant = Int32Array.from({ length }, () => 1);
  return {
    length,
    measured: times(16_384).map(Math.abs),
    timestamp: Float64Array.from({ length }, () => 1_771_252_200_000 + below(1_800_000)),
    distribution: constant,
    sc_status: Int16Array.from({ length }, () => [-1, 0, 200, 206, 304, 404, 503][below(7)]!),
    sc_bytes: sizes(2 ** 40),
    cs_bytes: sizes(2 ** 31),
    sc_content_len: sizes(2 ** 33),
    sc_range_start: sizes(1),
    sc_range_end: sizes(2 ** 53),
    time_taken: times(2 ** 31),
    time_to_first_byte: times(300),
    origin_fbl: times(1),
    origin_lbl: times(2),
    asn: times(2 ** 31),
    cs_method: ids('cs_method'),
    cs_uri_stem: ids('cs_uri_stem'),
    cs_uri_query: ids('cs_uri_query'),
    cs_protocol: constant,
    cs_protocol_version: ids('cs_protocol_version'),
    sc_content_type: ids('sc_content_type'),
    x_edge_location: ids('x_edge_location'),
    x_edge_result_type: ids('result_type'),
    x_edge_response_result_type: ids('result_type'),
    x_edge_detailed_result_type: new Int32Array(length),
    ssl_protocol: ids('ssl_protocol'),
    ssl_cipher: ids('ssl_cipher'),
    cs_host: ids('cs_host'),
    c_country: ids('c_country'),
    referrer_domain: ids('referrer_domain'),
    client: Int32Array.from({ length }, () => below(dictionaries.clients.length)),
    class: Uint8Array.from({ length }, () => below(4)),
    rule: ids('rule'),
    x_edge_request_id: ids('x_edge_request_id'),
    line_id: realtime ? sizes(2 ** 53) : new Float64Array(length).fill(-1),
    sampling: realtime ? times(100) : new Int32Array(length).fill(-1),
    event_id: application ? ids('event_id') : new Int32Array(length),
    event_type: application ? ids('event_type') : new Int32Array(length),
    source: application ? ids('source') : new Int32Array(length),
    transfer_hash: application ? ids('transfer_hash') : new Int32Array(length),
    token: application ? ids('token') : new Int32Array(length),
    duration_ms: application ? times(2 ** 31) : new Int32Array(length).fill(-1),
    visitor_high: Uint32Array.from({ length }, () => below(2 ** 32)),
    visitor_low: Uint32Array.from({ length }, () => below(2 ** 32)),
    visitor_key: Uint8Array.from({ length }, () => below(2)),
    visitor_keys: ['key-1'],
    dictionaries,
  };
}

export interface Row {
  readonly [column: string]: string | number | Client;
}

/** A block's row with its texts looked up, so that rows of different dictionaries can be compared. */
export function rowAt(block: EventBlock, row: number): Row {
  const out: Record<string, string | number | Client> = {};
  const { clients, ...dictionaries } = block.dictionaries;
  for (const [name, column] of Object.entries(block)) {
    if (!ArrayBuffer.isView(column) || name.startsWith('visitor_')) continue;
    const dictionary =
      dictionaries[(name.endsWith('result_type') ? 'result_type' : name) as keyof typeof dictionaries];
    const value = (column as Int32Array)[row]!;
    out[name] = name === 'client' ? clients[value]! : dictionary ? dictionary.values[value]! : value;
  }
  return out;
}
