/** Random bytes, so many. */
export type Random = (bytes: number) => Uint8Array;

/** A new key: its id, and its text, which nobody can read again. */
export interface FreshKey {
  readonly id: string;
  readonly text: string;
}

/** 256 bits behind a beginning that says which key it is: who finds one knows what to take away. */
export function freshKey(random: Random, id = freshId(random)): FreshKey {
  return { id, text: `${prefixOf(id)}${Buffer.from(random(32)).toString('base64url')}` };
}

/** What the text of a key begins with; no secret. */
export function prefixOf(id: string): string {
  return `bb_${id}_`;
}

// No letters that look like others: ids are read aloud.
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

function freshId(random: Random): string {
  return [...random(10)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
