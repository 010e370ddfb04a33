/** A message is recorded, or among the dead letters, after its attempts: each takes a quarter of an hour at most. */
const LONGEST_ON_THE_WAY = 2 * 3_600_000;

/**
 * Epoch ms: the arrival of the oldest event that may not be recorded yet. Of dead letters nothing is known but that
 * they are there: until they are sent again, no time is recorded whole.
 */
export async function recordedSince(deadLetters: () => Promise<number>, now: () => number): Promise<number> {
  return (await deadLetters()) > 0 ? 0 : now() - LONGEST_ON_THE_WAY;
}
