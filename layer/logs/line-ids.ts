import { FIELDS } from './event-block.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';
import type { ParseState } from './parse-state.ts';
import type { DayKey } from './visitor.ts';

/**
 * Gives the rows of a real-time object what makes them countable once: the keyed hash of their line, and what part
 * of all requests is logged. `keys` are those of the block's days. Other objects have nothing of it.
 */
export function fillRealtime(state: ParseState, keys: readonly (DayKey | undefined)[]): void {
  if (!state.realtime) return;
  const { line, day, events, length } = state.block;
  const hashes = keys.map((key) => key && createKeyedHash(key.key));
  for (let row = 0; row < length; row++) {
    const keyed = hashes[day[row]!];
    const digest = line[row]!;
    events.line_id[row] = keyed && digest !== 0n ? lineId(keyed, digest) : -1;
    events.sampling[row] = state.samplingAt(events.timestamp[row]!);
    if (events.visitor_key[row] !== 0) events.measured[row]! |= FIELDS.visitor;
  }
}

/** 53 bits, because that is what a number holds exactly: two lines of a million in a window share them once in 18,000 windows. */
function lineId(keyed: KeyedHash, digest: bigint): number {
  keyed.update(`line ${digest.toString(16)}`);
  return keyed.high * 2 ** 21 + (keyed.low >>> 11);
}
