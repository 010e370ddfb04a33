import { createHash } from 'node:crypto';

/** Within so many of its last uses a token knows a use id again. */
export const KNOWN_USES = 1_000;

const CHARACTERS = 10;

/** What is kept of a use id: 60 bits. */
export function hashOfUseId(useId: string): string {
  return createHash('sha256').update(useId).digest('base64url').slice(0, CHARACTERS);
}

/** How many uses after the one with this hash there were; undefined: it is not among those that are known. */
export function usesSince(recent: string, hash: string): number | undefined {
  for (let at = recent.indexOf(hash); at >= 0; at = recent.indexOf(hash, at + 1))
    if (at % CHARACTERS === 0) return (recent.length - at) / CHARACTERS - 1;
  return undefined;
}

/** With one more, without those that are too old. */
export function withUseId(recent: string, hash: string): string {
  return (recent + hash).slice(-KNOWN_USES * CHARACTERS);
}
