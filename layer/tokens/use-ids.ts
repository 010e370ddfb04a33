import { createHash } from 'node:crypto';

/** Within so many of its last uses a token knows a use id again. */
export const KNOWN_USES = 1_000;

const DIGITS = 16;

/** What is kept of a use id: 64 bits. */
export function hashOfUseId(useId: string): string {
  return createHash('sha256').update(useId).digest('hex').slice(0, DIGITS);
}

/** How many uses after the one with this hash there were; undefined: it is not among those that are known. */
export function usesSince(recent: string, hash: string): number | undefined {
  for (let at = recent.lastIndexOf(hash); at >= 0; at = at === 0 ? -1 : recent.lastIndexOf(hash, at - 1))
    if (at % DIGITS === 0) return (recent.length - at) / DIGITS - 1;
  return undefined;
}

/** With one more, without those that are too old. */
export function withUseId(recent: string, hash: string): string {
  return (recent + hash).slice(-KNOWN_USES * DIGITS);
}
