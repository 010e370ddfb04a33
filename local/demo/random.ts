/** A seeded source of randomness: what is generated from one seed is the same on every run. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Uniform integer in [from, to]. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** `length` characters of an alphabet whose size is a power of two. */
  text(alphabet: string, length: number): string;
  /** Exponential with the given mean. */
  exponential(mean: number): number;
  /** Log-normal with the given median and spread of the logarithm. */
  logNormal(median: number, sigma: number): number;
}

export const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
export const HEX = '0123456789abcdef';

/** The random source of a seed; sources of different seed texts are independent. */
export function createRandom(seed: string): Random {
  const word = sfc32(seed);
  const next = () => word() / 2 ** 32;
  const integer = (below: number) => Math.floor(next() * below);
  const random: Random = {
    next,
    integer,
    between: (from, to) => from + integer(to - from + 1),
    chance: (probability) => next() < probability,
    pick: (list) => list[integer(list.length)]!,
    text: (alphabet, length) => drawText(word, alphabet, length),
    exponential: (mean) => -mean * Math.log(1 - next()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal(next)),
  };
  return random;
}

/** Box–Muller: one standard normal value from two uniform ones. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** As many characters from each 32-bit word as it has bits for: request ids are most of a generated log. */
function drawText(word: () => number, alphabet: string, length: number): string {
  const bits = Math.log2(alphabet.length);
  if (!Number.isInteger(bits)) throw new RangeError(`an alphabet of ${alphabet.length} is no power of two`);
  let text = '';
  let pool = 0;
  for (let left = 0; text.length < length; left -= bits, pool >>>= bits) {
    if (left < bits) {
      pool = word();
      left = 32;
    }
    text += alphabet[pool & (alphabet.length - 1)];
  }
  return text;
}

/** Chris Doty-Humphrey's sfc32 (PractRand), seeded by an FNV-1a hash of the text. */
function sfc32(seed: string): () => number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(seed)) hash = Math.imul(hash ^ byte, 0x01000193);
  let [a, b, c, counter] = [hash, hash ^ 0x9e3779b9, seed.length, 1];
  const word = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 16; round++) word();
  return word;
}
