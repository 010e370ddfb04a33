import { Conflict } from './errors.ts';
import { checkKey, checkPrefix } from './key.ts';
import type { Listed, ListOptions, ObjectStore } from './object-store.ts';

/** The part of a store below a prefix (empty, or ending in `/`), with keys that do not show it. */
export function prefixed(store: ObjectStore, prefix: string): ObjectStore {
  checkPrefix(prefix);
  const inner = (key: string) => {
    checkKey(key);
    return prefix + key;
  };
  const outer = <T extends { readonly key: string }>(found: T | undefined) =>
    found && { ...found, key: found.key.slice(prefix.length) };
  const named = <T>(result: Promise<T>) =>
    result.catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
      throw new Conflict(error.reason, error.key.slice(prefix.length), { cause: error });
    });

  return {
    get: async (key, options) => outer(await named(store.get(inner(key), options))),
    head: async (key) => outer(await store.head(inner(key))),
    put: async (key, bytes, options) => named(store.put(inner(key), bytes, options)),
    delete: async (key, options) => named(store.delete(inner(key), options)),
    move: async (from, to, options) => named(store.move(inner(from), inner(to), options)),
    list: (folder, options) => rowsBelow(store, prefix, folder, options),
  };
}

async function* rowsBelow(
  store: ObjectStore,
  prefix: string,
  folder: string,
  options: ListOptions = {},
): AsyncIterable<Listed> {
  checkPrefix(folder);
  const startAfter = options.startAfter === undefined ? undefined : prefix + options.startAfter;
  for await (const row of store.list(prefix + folder, { ...options, startAfter })) {
    if ('prefix' in row) yield { prefix: row.prefix.slice(prefix.length) };
    else yield { ...row, key: row.key.slice(prefix.length) };
  }
}
