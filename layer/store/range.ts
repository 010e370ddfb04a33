import { BadStoreInput } from './errors.ts';
import type { GetOptions } from './object-store.ts';

/** The bytes of a content that a range means, cut to what there is (a range behind the end is empty). */
export function resolveRange(size: number, range: GetOptions['range']): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: size };
  if (!Number.isSafeInteger(range.start) || !Number.isSafeInteger(range.end ?? 0)) {
    throw new BadStoreInput(`A range has whole numbers of bytes: ${range.start} to ${range.end}`);
  }
  const start = range.start < 0 ? Math.max(0, size + range.start) : Math.min(range.start, size);
  return { start, end: Math.max(start, Math.min(range.end ?? size, size)) };
}
