import { Conflict } from './errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

export interface RememberedOptions {
  /** Objects that may be as old as `milliseconds`. */
  readonly isRemembered: (key: string) => boolean;
  readonly milliseconds: number;
  /** Of these it is remembered as well that they are absent. @default none */
  readonly mayBeAbsent?: (key: string) => boolean;
  /** Objects that never change and never go: once seen, putting them again if absent asks nobody. */
  readonly isForever?: (key: string) => boolean;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * A store that answers whole reads of a few small objects from memory for a time. Whatever this process changes, or
 * finds changed, is read anew.
 */
export function remembered(store: ObjectStore, options: RememberedOptions): ObjectStore {
  const { isRemembered, mayBeAbsent = NONE, isForever = NONE, milliseconds, now } = options;
  const known = new Map<string, { readonly object: StoredObject | undefined; readonly read: number }>();
  const standing = new Set<string>();
  const anew = async <T>(key: string, change: () => Promise<T>): Promise<T> => {
    try {
      return await change();
    } finally {
      known.delete(key);
    }
  };
  return {
    ...store,
    async get(key, get) {
      if (get !== undefined || !isRemembered(key)) return store.get(key, get);
      const found = known.get(key);
      if (found !== undefined && now() - found.read < milliseconds) return found.object;
      const read = now();
      const object = await store.get(key);
      if (object !== undefined || mayBeAbsent(key)) known.set(key, { object, read });
      return object;
    },
    async put(key, bytes, put) {
      if (put?.ifNoneMatch === undefined || !isForever(key))
        return anew(key, () => store.put(key, bytes, put));
      if (standing.has(key)) throw new Conflict('exists', key);
      try {
        const written = await store.put(key, bytes, put);
        standing.add(key);
        return written;
      } catch (error) {
        if (error instanceof Conflict) standing.add(key);
        throw error;
      }
    },
    delete: (key, condition) => anew(key, () => store.delete(key, condition)),
    move: (from, to, condition) => anew(from, () => anew(to, () => store.move(from, to, condition))),
  };
}

const NONE = () => false;
