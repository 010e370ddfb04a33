import type { ConfiguredLines } from './configured-lines.ts';
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
export function feed(state: ParseState, configured: ConfiguredLines, flush: () => Promise<void>): Unread {
  const work = createWork();
  let parser: Parser | undefined;
  const parse = async (bytes: Uint8Array, view: DataView, last: boolean) => {
    parser ??= createParser(bytes, state, configured);
    let at = 0;
    for (;;) {
      at = parser.parse(bytes, view, at, bytes.length, last);
      if (roomInBlock(state) > 0) return at;
      await flush();
    }
  };
  return {
    add: async (chunk) => {
      if (work.used === 0 && chunk.length >= HEAD && hasSlack(chunk)) {
        // A Buffer is another kind of array to the compiler, which would have to allow for both everywhere.
        const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
        const at = await parse(bytes, viewOf(bytes), false);
        append(work, chunk.subarray(at));
        return;
      }
      append(work, chunk);
      if (parser || work.used >= HEAD) drop(work, await parse(filled(work), work.view, false));
    },
    end: async () => {
      if (work.used > 0) await parse(filled(work), work.view, true);
      parser?.finish();
      await flush();
    },
  };
}

function createParser(head: Uint8Array, state: ParseState, configured: ConfiguredLines): Parser {
  return sniff(head) === 'json' ? createJsonParser(state, configured) : createTextParser(state, configured);
}

/** Bytes that wait for the next chunk, in memory that is used again and again. */
interface Work {
  bytes: Uint8Array;
  view: DataView;
  used: number;
}

function createWork(): Work {
  const bytes = new Uint8Array(SLACK);
  return { bytes, view: viewOf(bytes), used: 0 };
}

function append(work: Work, chunk: Uint8Array): void {
  const needed = work.used + chunk.length + SLACK;
  if (needed > work.bytes.length) {
    const larger = new Uint8Array(needed * 2);
    larger.set(work.bytes.subarray(0, work.used));
    work.bytes = larger;
    work.view = viewOf(larger);
  }
  work.bytes.set(chunk, work.used);
  work.used += chunk.length;
}

function drop(work: Work, count: number): void {
  work.bytes.copyWithin(0, count, work.used);
  work.used -= count;
}

function filled(work: Work): Uint8Array {
  return work.bytes.subarray(0, work.used);
}

function hasSlack({ buffer, byteOffset, length }: Uint8Array): boolean {
  return byteOffset + length + SLACK <= buffer.byteLength;
}

/** A view of the bytes and of what lies behind them in the same memory. */
function viewOf({ buffer, byteOffset }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset);
}
