import type { Dictionary } from './event-block.ts';

/** A dictionary that grows: the id of a text, a new one when it was not there. `''` is 0. */
export interface GrowingDictionary extends Dictionary {
  readonly values: string[];
  readonly ids: Map<string, number>;
  /** Characters held, to bound the memory of all dictionaries together. */
  characters: number;
}

export function createDictionary(): GrowingDictionary {
  return { values: [''], ids: new Map([['', 0]]), characters: 0 };
}

export function idOf(dictionary: GrowingDictionary, text: string): number {
  const known = dictionary.ids.get(text);
  if (known !== undefined) return known;
  const id = dictionary.values.push(text) - 1;
  dictionary.ids.set(text, id);
  dictionary.characters += text.length;
  return id;
}
