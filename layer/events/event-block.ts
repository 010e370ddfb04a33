import {
  CLASSES,
  type Client,
  type Dictionaries,
  type EventBlock,
  FIELDS,
} from '@sgraph-backbone/layer/logs';
import type { PrivateEvent } from './private-event.ts';

/** Events as columns, one row each in their order, with dictionaries of their own. Excluded ones are no rows: leave them out. */
export function eventBlock(events: readonly PrivateEvent[]): EventBlock {
  const { length } = events;
  const column = (of: (event: PrivateEvent) => string | undefined) => textColumn(events.map(of));
  const numbers = (of: (event: PrivateEvent) => number | undefined) => events.map((event) => of(event) ?? -1);
  const clients = clientColumn(events);
  const keys = [...new Set(events.flatMap(({ visitor }) => visitor?.key_id ?? []))];
  const texts = {
    distribution: column(({ app }) => app),
    cs_method: column(({ method }) => method),
    cs_uri_stem: column(({ path }) => path),
    cs_uri_query: column(({ query }) => query && JSON.stringify(query)),
    c_country: column(({ country }) => country),
    referrer_domain: column(({ referrer_domain }) => referrer_domain),
    rule: column(({ rule }) => rule),
    event_id: column(({ event_id }) => event_id),
    event_type: column(({ event_type }) => event_type),
    source: column(({ source }) => source),
    transfer_hash: column(({ transfer }) => transfer?.hash),
    token: column(({ token }) => token),
  };
  return {
    ...nothingOfLogs(length),
    length,
    measured: Int32Array.from(events, measuredBits),
    timestamp: Float64Array.from(events, ({ timestamp }) => timestamp),
    sc_status: Int16Array.from(numbers(({ status }) => status)),
    sc_bytes: Float64Array.from(numbers(({ content_bytes }) => content_bytes)),
    duration_ms: Int32Array.from(numbers(({ duration_ms }) => duration_ms)),
    ...idsOf(texts),
    client: clients.ids,
    class: Uint8Array.from(events, (event) => CLASSES.indexOf(event.class)),
    visitor_high: Uint32Array.from(events, ({ visitor }) => half(visitor?.hash, 0)),
    visitor_low: Uint32Array.from(events, ({ visitor }) => half(visitor?.hash, 8)),
    visitor_key: Uint8Array.from(events, ({ visitor }) => (visitor ? keys.indexOf(visitor.key_id) + 1 : 0)),
    visitor_keys: keys,
    dictionaries: { ...NO_TEXTS, ...dictionariesOf(texts), clients: clients.values },
  };
}

const NO_CLIENT: Client = { browser: '', browser_version: '', operating_system: '', device: '', agent: '' };
const EMPTY = { values: [''] };

/** Dictionaries of columns that no event has a value in. */
const NO_TEXTS = {
  cs_protocol: EMPTY,
  cs_protocol_version: EMPTY,
  sc_content_type: EMPTY,
  x_edge_location: EMPTY,
  result_type: EMPTY,
  ssl_protocol: EMPTY,
  ssl_cipher: EMPTY,
  cs_host: EMPTY,
  x_edge_request_id: EMPTY,
} satisfies Partial<Dictionaries>;

/** Columns that no event has a value in. They share what says so: nobody writes into a block. */
function nothingOfLogs(length: number) {
  const ids = new Int32Array(length);
  const times = new Int32Array(length).fill(-1);
  const sizes = new Float64Array(length).fill(-1);
  return {
    cs_bytes: sizes,
    sc_content_len: sizes,
    sc_range_start: sizes,
    sc_range_end: sizes,
    time_taken: times,
    time_to_first_byte: times,
    origin_fbl: times,
    origin_lbl: times,
    asn: times,
    cs_protocol: ids,
    cs_protocol_version: ids,
    sc_content_type: ids,
    x_edge_location: ids,
    x_edge_result_type: ids,
    x_edge_response_result_type: ids,
    x_edge_detailed_result_type: ids,
    ssl_protocol: ids,
    ssl_cipher: ids,
    cs_host: ids,
    x_edge_request_id: ids,
    line_id: sizes,
    sampling: times,
  };
}

/** What this event measures: an application is free to say more of one event than of another. */
function measuredBits(event: PrivateEvent): number {
  return (
    (event.status === undefined ? 0 : FIELDS.status) |
    (event.content_bytes === undefined ? 0 : FIELDS.bytes) |
    (event.method === undefined ? 0 : FIELDS.method) |
    (event.path === undefined ? 0 : FIELDS.path) |
    (event.client === undefined ? 0 : FIELDS.agent) |
    (event.visitor === undefined ? 0 : FIELDS.address | FIELDS.visitor) |
    (event.country === undefined ? 0 : FIELDS.country) |
    (event.referrer_domain === undefined ? 0 : FIELDS.referrer) |
    (event.query === undefined ? 0 : FIELDS.query)
  );
}

interface Texts {
  readonly values: readonly string[];
  readonly ids: Int32Array;
}

function textColumn(texts: readonly (string | undefined)[]): Texts {
  const known = new Map([['', 0]]);
  const ids = Int32Array.from(texts, (text = '') => {
    const id = known.get(text) ?? known.size;
    known.set(text, id);
    return id;
  });
  return { values: [...known.keys()], ids };
}

function clientColumn(events: readonly PrivateEvent[]) {
  const { ids, values } = textColumn(events.map(({ client }) => client && JSON.stringify(client)));
  return { ids, values: values.map((text): Client => (text === '' ? NO_CLIENT : JSON.parse(text))) };
}

function idsOf<Name extends string>(texts: Record<Name, Texts>): Record<Name, Int32Array> {
  return Object.fromEntries(entriesOf(texts).map(([name, { ids }]) => [name, ids])) as Record<
    Name,
    Int32Array
  >;
}

function dictionariesOf<Name extends string>(texts: Record<Name, Texts>) {
  return Object.fromEntries(entriesOf(texts).map(([name, { values }]) => [name, { values }])) as Record<
    Name,
    { values: readonly string[] }
  >;
}

function entriesOf<Name extends string>(texts: Record<Name, Texts>) {
  return Object.entries(texts) as [Name, Texts][];
}

function half(hash: string | undefined, at: number): number {
  return hash === undefined ? 0 : Number.parseInt(hash.slice(at, at + 8), 16);
}
