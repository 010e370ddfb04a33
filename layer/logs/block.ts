import type { EventBlock } from './event-block.ts';

/** A block that is being filled, with what must not leave the reader beside it. */
export interface Block {
  /** Rows filled so far. */
  length: number;
  readonly events: { -readonly [Member in keyof EventBlock]: EventBlock[Member] };
  /** Number of the request's address, −1 where there is none. */
  readonly address: Int32Array;
  /** Number of the agent's spelling, −1 where the line has no agent column. */
  readonly agent: Int32Array;
  /** Index into the block's days. */
  readonly day: Uint8Array;
  /** Of real-time lines: 64 bits of the SHA-256 of the line; 0 of others. */
  readonly line: BigUint64Array;
  /** Rows of the path that only scanners ask for: rule id, else 0. */
  readonly probe: Int32Array;
}

/** Arrays for `rows` rows, reused from block to block. */
export function createBlock(rows: number, dictionaries: EventBlock['dictionaries']): Block {
  const ids = () => new Int32Array(rows);
  const integers = () => new Float64Array(rows);
  return {
    length: 0,
    events: {
      length: 0,
      measured: ids(),
      timestamp: integers(),
      distribution: ids(),
      sc_status: new Int16Array(rows),
      sc_bytes: integers(),
      cs_bytes: integers(),
      sc_content_len: integers(),
      sc_range_start: integers(),
      sc_range_end: integers(),
      time_taken: ids(),
      time_to_first_byte: ids(),
      origin_fbl: ids(),
      origin_lbl: ids(),
      asn: ids(),
      cs_method: ids(),
      cs_uri_stem: ids(),
      cs_uri_query: ids(),
      cs_protocol: ids(),
      cs_protocol_version: ids(),
      sc_content_type: ids(),
      x_edge_location: ids(),
      x_edge_result_type: ids(),
      x_edge_response_result_type: ids(),
      x_edge_detailed_result_type: ids(),
      ssl_protocol: ids(),
      ssl_cipher: ids(),
      cs_host: ids(),
      c_country: ids(),
      referrer_domain: ids(),
      client: ids(),
      class: new Uint8Array(rows),
      rule: ids(),
      x_edge_request_id: ids(),
      line_id: integers().fill(-1),
      sampling: ids().fill(-1),
      event_id: ids(),
      event_type: ids(),
      source: ids(),
      duration_ms: ids().fill(-1),
      transfer_hash: ids(),
      token: ids(),
      visitor_high: new Uint32Array(rows),
      visitor_low: new Uint32Array(rows),
      visitor_key: new Uint8Array(rows),
      visitor_keys: [],
      dictionaries,
    },
    address: ids(),
    agent: ids(),
    day: new Uint8Array(rows),
    line: new BigUint64Array(rows),
    probe: ids(),
  };
}
