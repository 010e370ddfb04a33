import type { ConfiguredLines } from './configured-lines.ts';
import { createParquetFile } from './parquet-file.ts';
import type { ParseState } from './parse-state.ts';
import { feed, type Unread } from './unread.ts';

const MAGIC = Buffer.from('PAR1');

/** Bytes of an object, whatever its format: Parquet by what it begins with, anything else as lines or records. */
export function readBytes(
  state: ParseState,
  configured: ConfiguredLines,
  flush: () => Promise<void>,
): Unread {
  let head: Uint8Array = new Uint8Array(0);
  let chosen: Unread | undefined;
  const choose = () =>
    MAGIC.equals(head.subarray(0, 4)) ? createParquetFile(state, flush) : feed(state, configured, flush);
  const begin = async () => {
    chosen = choose();
    await chosen.add(head);
    return chosen;
  };
  return {
    add: async (chunk) => {
      if (chosen) return chosen.add(chunk);
      // The very first bytes may come in two chunks; as a rule they do not, and go on as they are.
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length >= MAGIC.length) await begin();
    },
    end: async () => {
      await (chosen ?? (await begin())).end();
    },
  };
}
