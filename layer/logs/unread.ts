import { createJsonParser } from './json-records.ts';
import { SLACK } from './line-batch.ts';
import { type ParseState, roomInBlock } from './parse-state.ts';
import type { Parser } from './parser.ts';
import { sniff } from './sniff.ts';
import { createTextParser } from './text-lines.ts';

/** Bytes that have been unpacked but not read: at most one line between two chunks. */
export interface Unread {
  add(chunk: Uint8Array): Promise<void>;
  /** Reads the rest, hands the last block over. Throws LogRefused if nothing was understood. */
  end(): Promise<void>;
}

/** Sniffing needs that much, unless the object is shorter. */
const HEAD = 8192;

/** Feeds chunks to the parser that their first bytes ask for; `flush` empties the block whenever it is full. */
export function feed(
  state: ParseState,
  fields: readonly string[] | undefined,
  flush: () => Promise<void>,
): Unread {
  let parser: Parser | undefined;
  let rest: Uint8Array = new Uint8Array(0);
  const parse = async (bytes: Uint8Array, last: boolean) => {
    const view = viewWithSlack(bytes);
    const readable = new Uint8Array(view.buffer, view.byteOffset, bytes.length);
    parser ??= createParser(readable, state, fields);
    let at = 0;
    for (;;) {
      at = parser.parse(readable, view, at, bytes.length, last);
      if (roomInBlock(state) > 0) break;
      await flush();
    }
    rest = readable.slice(at);
  };
  return {
    add: (chunk) => {
      const bytes = rest.length === 0 ? chunk : joined(rest, chunk);
      if (parser || bytes.length >= HEAD) return parse(bytes, false);
      rest = bytes.slice();
      return Promise.resolve();
    },
    end: async () => {
      if (rest.length > 0) await parse(rest, true);
      parser?.finish();
      await flush();
    },
  };
}

function createParser(head: Uint8Array, state: ParseState, fields: readonly string[] | undefined): Parser {
  return sniff(head) === 'json' ? createJsonParser(state) : createTextParser(state, fields);
}

function joined(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(rest.length + chunk.length + SLACK);
  bytes.set(rest);
  bytes.set(chunk, rest.length);
  return bytes.subarray(0, rest.length + chunk.length);
}

/** A view that may be read a few bytes beyond the end; the bytes are copied only where memory ends before. */
function viewWithSlack(bytes: Uint8Array): DataView {
  const { buffer, byteOffset, length } = bytes;
  if (byteOffset + length + SLACK <= buffer.byteLength)
    return new DataView(buffer, byteOffset, length + SLACK);
  const copy = new Uint8Array(length + SLACK);
  copy.set(bytes);
  return new DataView(copy.buffer);
}
