import {
  abreast,
  Conflict,
  OBSERVABILITY,
  type ObjectStore,
  type Store,
  type StoredObject,
} from '@sgraph-backbone/layer/store';

/** What a copy did. */
export interface Copied {
  objects: number;
  bytes: number;
  /** Were there already, with the same content: an earlier copy was broken off. */
  already: number;
  /** Secrets that were left out. */
  secrets: number;
}

/** A target that holds something else than the source; the message names it. */
export class NotTheSameStore extends Error {
  override readonly name = 'NotTheSameStore';
}

/** Objects that are under way at a time. */
const WIDTH = 16;

/**
 * Copies every object of a store into one that is empty, or that a copy of the same was broken off in. Secrets of the
 * observability half only on demand. Throws NotTheSameStore before anything is written over.
 */
export async function copyStore(
  from: Store,
  to: Store,
  { withSecrets, onObject }: { readonly withSecrets: boolean; readonly onObject?: (bytes: number) => void },
): Promise<Copied> {
  const copied: Copied = { objects: 0, bytes: 0, already: 0, secrets: 0 };
  const halves = [
    [from.data, to.data],
    [from.observability, to.observability],
  ] as const;
  for (const [source, target] of halves) await checkTarget(source, target, to.url);
  for (const [source, target] of halves) {
    const isSecret = (key: string) =>
      source === from.observability && !withSecrets && key.startsWith(OBSERVABILITY.secrets);
    for await (const keys of batchesOf(source)) {
      copied.secrets += keys.filter(isSecret).length;
      await abreast(
        keys.filter((key) => !isSecret(key)),
        WIDTH,
        async (key) => {
          const bytes = await copyObject(source, target, key, copied, to.url);
          onObject?.(bytes);
        },
      );
    }
  }
  return copied;
}

/** Throws NotTheSameStore for the first key that the source does not have. */
async function checkTarget(source: ObjectStore, target: ObjectStore, url: string): Promise<void> {
  for await (const row of target.list(''))
    if ('key' in row && (await source.head(row.key)) === undefined)
      throw new NotTheSameStore(`${url} is not empty: it holds ${row.key}, which is not in what is copied`);
}

async function* batchesOf(store: ObjectStore): AsyncGenerator<string[]> {
  let keys: string[] = [];
  for await (const row of store.list('')) {
    if ('key' in row) keys.push(row.key);
    if (keys.length < WIDTH * 16) continue;
    yield keys;
    keys = [];
  }
  yield keys;
}

/** Answers the bytes of the object, 0 where somebody has deleted it meanwhile. */
async function copyObject(
  source: ObjectStore,
  target: ObjectStore,
  key: string,
  copied: Copied,
  url: string,
): Promise<number> {
  const found = await source.get(key);
  if (found === undefined) return 0;
  if (await putIfAbsent(target, found)) {
    copied.objects++;
    copied.bytes += found.size;
    return found.size;
  }
  const there = await target.get(key);
  if (there === undefined || Buffer.compare(there.bytes, found.bytes) !== 0)
    throw new NotTheSameStore(`${url} is not empty: it holds ${key} with another content`);
  copied.already++;
  return found.size;
}

async function putIfAbsent(target: ObjectStore, object: StoredObject): Promise<boolean> {
  const { key, bytes, contentType, contentEncoding, metadata } = object;
  try {
    await target.put(key, bytes, { ifNoneMatch: '*', contentType, contentEncoding, metadata });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
