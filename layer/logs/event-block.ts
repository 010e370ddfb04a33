/**
 * Private events as columns: what the parser hands on, what rows are written from and read back to,
 * and the only input of a summary. Nothing in a block is personal, except that `visitor_*` are keyed
 * hashes which must not leave the process other than inside a sketch.
 *
 * A text column holds ids into its dictionary; id 0 is "absent" (no value, or the file has no such field).
 * Dictionaries only grow while a reader lives, so an id means the same in all its blocks;
 * equal ids ⇔ equal strings, and derived facts can be kept in arrays beside them.
 */
export interface EventBlock {
  readonly length: number;
  /** Bits of FIELDS: what the source of this row measures at all. What is not measured is null, never 0. */
  readonly measured: Int32Array;
  /** Epoch milliseconds. */
  readonly timestamp: Float64Array;
  /** Feed name (`E2EXAMPLE`, `local`), without the kind. */
  readonly distribution: Int32Array;
  /** 0–599; `000` and a viewer that left are 0; −1 absent. */
  readonly sc_status: Int16Array;
  /** Bytes; −1 absent. */
  readonly sc_bytes: Float64Array;
  readonly cs_bytes: Float64Array;
  readonly sc_content_len: Float64Array;
  readonly sc_range_start: Float64Array;
  readonly sc_range_end: Float64Array;
  /** Milliseconds; −1 absent. */
  readonly time_taken: Int32Array;
  readonly time_to_first_byte: Int32Array;
  readonly origin_fbl: Int32Array;
  readonly origin_lbl: Int32Array;
  /** −1 absent. */
  readonly asn: Int32Array;
  readonly cs_method: Int32Array;
  /** The path after decoding, path rules and redaction. */
  readonly cs_uri_stem: Int32Array;
  /** Allow-listed parameters as canonical JSON object text (`{"utm_source":"x"}`); 0 when none is left. */
  readonly cs_uri_query: Int32Array;
  readonly cs_protocol: Int32Array;
  readonly cs_protocol_version: Int32Array;
  readonly sc_content_type: Int32Array;
  readonly x_edge_location: Int32Array;
  readonly x_edge_result_type: Int32Array;
  readonly x_edge_response_result_type: Int32Array;
  readonly x_edge_detailed_result_type: Int32Array;
  readonly ssl_protocol: Int32Array;
  readonly ssl_cipher: Int32Array;
  readonly cs_host: Int32Array;
  readonly c_country: Int32Array;
  readonly referrer_domain: Int32Array;
  /** Id into `clients`: browser, version, system, device, agent. */
  readonly client: Int32Array;
  /** Index into CLASSES. */
  readonly class: Uint8Array;
  /** Why it is not `human`. */
  readonly rule: Int32Array;
  readonly x_edge_request_id: Int32Array;
  /** 53 bits of the keyed hash of a real-time line, by which a repeated delivery is known; −1 absent. */
  readonly line_id: Float64Array;
  /** Of events of applications alone, absent in logs: their idempotency key. */
  readonly event_id: Int32Array;
  readonly event_type: Int32Array;
  readonly source: Int32Array;
  /** Milliseconds; −1 absent. */
  readonly duration_ms: Int32Array;
  /** 16 hex digits: hash of the transfer's id under the day's key. */
  readonly transfer_hash: Int32Array;
  /** Name of an invitation token. */
  readonly token: Int32Array;
  /** Percent of all requests that a real-time log was configured to hold; −1: all of them. */
  readonly sampling: Int32Array;
  /** 64-bit keyed hash of the address, as two halves; meaningful where visitor_key > 0. */
  readonly visitor_high: Uint32Array;
  readonly visitor_low: Uint32Array;
  /** Index into `visitor_keys` + 1; 0: the request had no address, or visitors are off. */
  readonly visitor_key: Uint8Array;
  /** Key ids of the days' keys that `visitor_key` points to. */
  readonly visitor_keys: readonly string[];
  readonly dictionaries: Dictionaries;
}

export interface Dictionary {
  /** `values[0]` is `''` and means absent. */
  readonly values: readonly string[];
}

/** What an agent string says, once per distinct agent. Absent members are `''`. */
export interface Client {
  readonly browser: string;
  /** Major version. */
  readonly browser_version: string;
  readonly operating_system: string;
  readonly device: 'desktop' | 'mobile' | 'tablet' | 'bot' | 'other' | '';
  /** Product name of a non-browser (`curl`, `GPTBot`). */
  readonly agent: string;
}

export interface Dictionaries {
  readonly distribution: Dictionary;
  readonly cs_method: Dictionary;
  readonly cs_uri_stem: Dictionary;
  readonly cs_uri_query: Dictionary;
  readonly cs_protocol: Dictionary;
  readonly cs_protocol_version: Dictionary;
  readonly sc_content_type: Dictionary;
  readonly x_edge_location: Dictionary;
  /** Shared by the three result type columns. */
  readonly result_type: Dictionary;
  readonly ssl_protocol: Dictionary;
  readonly ssl_cipher: Dictionary;
  readonly cs_host: Dictionary;
  readonly c_country: Dictionary;
  readonly referrer_domain: Dictionary;
  readonly rule: Dictionary;
  readonly x_edge_request_id: Dictionary;
  readonly event_id: Dictionary;
  readonly event_type: Dictionary;
  readonly source: Dictionary;
  readonly transfer_hash: Dictionary;
  readonly token: Dictionary;
  /** `clients[0]` has only empty members: the source has no agent column. */
  readonly clients: readonly Client[];
}

export const CLASSES = ['human', 'bot', 'probe', 'monitor'] as const;
export type Class = (typeof CLASSES)[number];

/** Fields whose absence from a source makes a measure "not measured". Bits of `EventBlock.measured`, kept per row. */
export const FIELDS = {
  status: 1,
  bytes: 2,
  method: 4,
  path: 8,
  agent: 16,
  address: 32,
  result: 64,
  host: 128,
  referrer: 256,
  query: 512,
  content_type: 1024,
  edge: 2048,
  country: 4096,
  range: 8192,
  /** Set per row of a real-time log or an application: the visitor of this very row is known. */
  visitor: 16384,
} as const;
