import { CLASSES, type Client, type EventBlock, FIELDS } from '@sgraph-backbone/layer/logs';

const ALL_FIELDS = Object.values(FIELDS).reduce((all, bit) => all | bit, 0);

/** A request as a test writes it; what is left out is absent from the line. */
export interface Line {
  readonly class?: (typeof CLASSES)[number];
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly type?: string;
  readonly result?: string;
  readonly edgeResult?: string;
  readonly edge?: string;
  readonly host?: string;
  readonly country?: string;
  readonly referrer?: string;
  readonly query?: string;
  readonly rule?: string;
  readonly rangeStart?: number;
  readonly time?: number;
  /** Percent of all requests that were logged. */
  readonly sampling?: number;
  readonly ttfb?: number;
  /** Of an event of an application. */
  readonly event?: string;
  readonly duration?: number;
  readonly token?: string;
  readonly client?: Partial<Client>;
  /** Number of the visitor; its hash is a function of it. */
  readonly visitor?: number;
  readonly key?: string;
  /** Bits of FIELDS; all of them unless said otherwise. */
  readonly measured?: number;
}

const NO_CLIENT: Client = { browser: '', browser_version: '', operating_system: '', device: '', agent: '' };

/** The lines as one block with dictionaries of its own. */
export function blockOf(lines: readonly Line[]): EventBlock {
  const n = lines.length;
  const keys = [...new Set(lines.flatMap((line) => (line.visitor === undefined ? [] : [line.key ?? 'k1'])))];
  const clients = dictionaryOf(lines.map((line) => (line.client ? JSON.stringify(line.client) : '')));
  const column = (of: (line: Line) => string | undefined) =>
    dictionaryOf(lines.map((line) => of(line) ?? ''));
  const columns = {
    cs_method: column((line) => line.method),
    cs_uri_stem: column((line) => line.path),
    cs_uri_query: column((line) => line.query),
    sc_content_type: column((line) => line.type),
    x_edge_location: column((line) => line.edge),
    cs_host: column((line) => line.host),
    c_country: column((line) => line.country),
    referrer_domain: column((line) => line.referrer),
    rule: column((line) => line.rule),
    event_type: column((line) => line.event),
    token: column((line) => line.token),
  };
  const results = dictionaryOf([
    ...lines.map((line) => line.result ?? ''),
    ...lines.map((line) => line.edgeResult ?? ''),
  ]);
  const empty = dictionaryOf([]);
  const numbers = (of: (line: Line) => number | undefined) => lines.map((line) => of(line) ?? -1);
  const none = new Int32Array(n);
  return {
    length: n,
    measured: Int32Array.from(lines, (line) => line.measured ?? ALL_FIELDS),
    timestamp: new Float64Array(n),
    sc_status: Int16Array.from(numbers((line) => line.status)),
    sc_bytes: Float64Array.from(numbers((line) => line.bytes)),
    cs_bytes: new Float64Array(n).fill(-1),
    sc_content_len: new Float64Array(n).fill(-1),
    sc_range_start: Float64Array.from(numbers((line) => line.rangeStart)),
    sc_range_end: new Float64Array(n).fill(-1),
    time_taken: Int32Array.from(numbers((line) => line.time)),
    time_to_first_byte: Int32Array.from(numbers((line) => line.ttfb)),
    origin_fbl: new Int32Array(n).fill(-1),
    origin_lbl: new Int32Array(n).fill(-1),
    asn: new Int32Array(n).fill(-1),
    ...(Object.fromEntries(Object.entries(columns).map(([name, { ids }]) => [name, ids])) as Record<
      keyof typeof columns,
      Int32Array
    >),
    x_edge_response_result_type: results.ids.slice(0, n),
    x_edge_result_type: results.ids.slice(n),
    x_edge_detailed_result_type: none,
    distribution: none,
    cs_protocol: none,
    cs_protocol_version: none,
    ssl_protocol: none,
    ssl_cipher: none,
    x_edge_request_id: none,
    line_id: new Float64Array(n).fill(-1),
    sampling: Int32Array.from(numbers((line) => line.sampling)),
    event_id: none,
    source: none,
    transfer_hash: none,
    duration_ms: Int32Array.from(numbers((line) => line.duration)),
    client: clients.ids,
    class: Uint8Array.from(lines, (line) => CLASSES.indexOf(line.class ?? 'human')),
    visitor_high: Uint32Array.from(lines, (line) => mix((line.visitor ?? 0) * 2 + 1)),
    visitor_low: Uint32Array.from(lines, (line) => mix((line.visitor ?? 0) * 2 + 2)),
    visitor_key: Uint8Array.from(lines, (line) =>
      line.visitor === undefined ? 0 : keys.indexOf(line.key ?? 'k1') + 1,
    ),
    visitor_keys: keys,
    dictionaries: {
      ...(Object.fromEntries(
        Object.entries(columns).map(([name, { values }]) => [name, { values }]),
      ) as Record<keyof typeof columns, { values: string[] }>),
      distribution: empty,
      cs_protocol: empty,
      cs_protocol_version: empty,
      result_type: results,
      ssl_protocol: empty,
      ssl_cipher: empty,
      x_edge_request_id: empty,
      event_id: empty,
      source: empty,
      transfer_hash: empty,
      clients: clients.values.map((text) => ({ ...NO_CLIENT, ...JSON.parse(text || '{}') })),
    },
  };
}

/** Every row of a block. */
export function allRows(block: EventBlock): Int32Array {
  return Int32Array.from({ length: block.length }, (_, row) => row);
}

/** A 32-bit number that looks random and is a function of its argument. */
export function mix(value: number): number {
  let h = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f);
  return (h ^ (h >>> 16)) >>> 0;
}

function dictionaryOf(texts: readonly string[]): { values: string[]; ids: Int32Array } {
  const known = new Map([['', 0]]);
  const ids = Int32Array.from(texts, (text) => {
    if (!known.has(text)) known.set(text, known.size);
    return known.get(text)!;
  });
  return { values: [...known.keys()], ids };
}
