/**
 * Counts of milliseconds: exact below 256 ms, then 128 buckets per octave, so that a percentile is less than 0.8 %
 * off. Dense up to the highest bucket in use; histograms add up exactly.
 */
export interface Histogram {
  counts: Float64Array;
}

const EXACT = 256;
const PER_OCTAVE = 128;

export function createHistogram(): Histogram {
  return { counts: new Float64Array(0) };
}

/** Counts one value, an integer of at least 0 and below 2³¹. */
export function recordValue(histogram: Histogram, value: number): void {
  const bucket = bucketOf(value);
  if (bucket >= histogram.counts.length) growTo(histogram, bucket + 1);
  histogram.counts[bucket]! += 1;
}

export function mergeHistogram(into: Histogram, from: Histogram): void {
  if (from.counts.length > into.counts.length) growTo(into, from.counts.length);
  for (let bucket = 0; bucket < from.counts.length; bucket += 1) into.counts[bucket]! += from.counts[bucket]!;
}

/** The value below or at which a share (0 to 1) of all values lies; null without any value. */
export function percentile(histogram: Histogram, share: number): number | null {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  const bucket = histogram.counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  return middleOf(bucket);
}

/** Base64 of varint pairs: empty buckets skipped, count. The same counts have the same text. */
export function encodeHistogram(histogram: Histogram): string {
  const bytes: number[] = [];
  let next = 0;
  histogram.counts.forEach((count, bucket) => {
    if (count === 0) return;
    pushVarint(bytes, bucket - next);
    pushVarint(bytes, count);
    next = bucket + 1;
  });
  return Buffer.from(bytes).toString('base64');
}

export function decodeHistogram(text: string): Histogram {
  const histogram = createHistogram();
  const bytes = Buffer.from(text, 'base64');
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a histogram ends in the middle of a number');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  for (let next = 0; at < bytes.length; ) {
    const bucket = next + varint();
    if (bucket >= histogram.counts.length) growTo(histogram, bucket + 1);
    histogram.counts[bucket] = varint();
    next = bucket + 1;
  }
  return histogram;
}

function bucketOf(value: number): number {
  if (value < EXACT) return value;
  const octave = 31 - Math.clz32(value);
  return EXACT + (octave - 8) * PER_OCTAVE + ((value >>> (octave - 7)) & (PER_OCTAVE - 1));
}

function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const octave = 8 + Math.floor((bucket - EXACT) / PER_OCTAVE);
  const width = 2 ** (octave - 7);
  return 2 ** octave + ((bucket - EXACT) % PER_OCTAVE) * width + Math.floor((width - 1) / 2);
}

function growTo(histogram: Histogram, length: number) {
  // Room for the first second at once and then a quarter more: values of a growing tail would otherwise copy each time.
  const counts = new Float64Array(Math.max(512, length + (length >> 2)));
  counts.set(histogram.counts);
  histogram.counts = counts;
}

// Counts may exceed 32 bits: no bit operators.
function pushVarint(bytes: number[], value: number) {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}
