import { createHmac, hash } from 'node:crypto';
import { compress, initialState } from './sha256.ts';

/** The first 64 bits of HMAC-SHA-256 under one key, of one message after another. */
export interface KeyedHash {
  /** Puts the hash of an ASCII text into `high` and `low`. */
  update(message: string): void;
  high: number;
  low: number;
}

const BLOCK = 64;
/** Longer messages do not fit into one block with their padding. */
const SHORT = 55;

/** Key blocks are hashed once: what is left for a short message is two rounds of the compression function. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const short = key.length > BLOCK ? hash('sha256', key, 'buffer') : key;
  const inner = afterBlock(short, 0x36);
  const outer = afterBlock(short, 0x5c);
  const state = new Int32Array(8);
  const schedule = new Int32Array(64);
  const keyed: KeyedHash = {
    high: 0,
    low: 0,
    update: (message) => {
      if (message.length > SHORT) {
        const digest = createHmac('sha256', key).update(message).digest();
        keyed.high = digest.readUInt32BE(0);
        keyed.low = digest.readUInt32BE(4);
        return;
      }
      schedule.fill(0, 0, 15);
      for (let at = 0; at < message.length; at++)
        schedule[at >> 2]! |= message.charCodeAt(at) << (24 - ((at & 3) << 3));
      finish(state, inner, schedule, message.length);
      schedule.fill(0, 8, 15);
      schedule.set(state);
      finish(state, outer, schedule, 32);
      keyed.high = state[0]! >>> 0;
      keyed.low = state[1]! >>> 0;
    },
  };
  return keyed;
}

/** The last block behind a key block: the mark behind the message, and the length of both in bits. */
function finish(state: Int32Array, from: Int32Array, schedule: Int32Array, length: number): void {
  schedule[length >> 2]! |= 0x80 << (24 - ((length & 3) << 3));
  schedule[15] = (BLOCK + length) * 8;
  state.set(from);
  compress(state, schedule);
}

function afterBlock(key: Uint8Array, pad: number): Int32Array {
  const schedule = new Int32Array(64);
  for (let at = 0; at < BLOCK; at++) schedule[at >> 2]! |= ((key[at] ?? 0) ^ pad) << (24 - ((at & 3) << 3));
  const state = initialState();
  compress(state, schedule);
  return state;
}
