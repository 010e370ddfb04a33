import type { Cache } from './cache-types.ts';
import type { EntryInfo, Place } from './entry.ts';
import { BadContent } from './errors.ts';
import { readZip, type ZipLimits, type ZipMembers, zipOf } from './zip-file.ts';
import { hashOfZip } from './zip-hash.ts';
import { checkedMember } from './zip-names.ts';
import { applyZipOperations, type ZipChanges, type ZipOperation } from './zip-operations.ts';

/** A zip as an entry. */
export interface ZipEntry {
  readonly info: EntryInfo;
  readonly bytes: Uint8Array;
  readonly members: ZipMembers;
}

/** What a change of a zip stored: a new entry; the one it was made from stays as it is. */
export interface ZipChanged {
  readonly info: EntryInfo;
  readonly members: ZipMembers;
}

/** A batch, and the entry that it stored, if anything was applied. */
export interface ZipBatch extends ZipChanges {
  readonly original: EntryInfo;
  readonly info?: EntryInfo;
}

/**
 * Entries that are zips. They never change: every change is a new entry of the same strategy and cache
 * key (a batch's: direct, as in the original).
 * What is absent is `undefined`; an entry that is no zip throws BadContent or BadZip.
 */
export interface ZipEntries {
  /** @default an empty zip */
  store(place: Place & { readonly ttlHours?: number }, bytes?: Uint8Array): Promise<ZipChanged>;
  retrieve(namespace: string, cacheId: string): Promise<ZipEntry | undefined>;
  add(namespace: string, cacheId: string, path: string, content: Uint8Array): Promise<ZipChanged | undefined>;
  /** Removing what is not in it is a new entry too, as in the original. */
  remove(namespace: string, cacheId: string, path: string): Promise<ZipChanged | undefined>;
  batch(
    namespace: string,
    cacheId: string,
    operations: readonly ZipOperation[],
    options?: { readonly atomic?: boolean },
  ): Promise<ZipBatch | undefined>;
}

export function zipEntries(cache: Cache, limits?: ZipLimits): ZipEntries {
  async function retrieve(namespace: string, cacheId: string): Promise<ZipEntry | undefined> {
    const entry = await cache.retrieveById(namespace, cacheId);
    if (entry === undefined) return undefined;
    if (entry.type !== 'binary') throw new BadContent('Cached item is not a binary file');
    const { bytes, ...info } = entry;
    return { info, bytes, members: readZip(bytes, limits) };
  }

  async function put(
    place: Place & { readonly ttlHours?: number },
    members: ZipMembers,
    bytes = zipOf(members),
  ) {
    const content = { type: 'binary', bytes } as const;
    return { info: await cache.store({ ...place, content, hash: hashOfZip(members) }), members };
  }

  async function change(
    namespace: string,
    cacheId: string,
    make: (members: Map<string, Uint8Array>) => void,
  ) {
    const zip = await retrieve(namespace, cacheId);
    if (zip === undefined) return undefined;
    const members = new Map(zip.members);
    make(members);
    return put(placeOf(zip.info), members);
  }

  return {
    store: async (place, bytes) =>
      bytes === undefined ? put(place, new Map()) : put(place, readZip(bytes, limits), bytes),
    retrieve,
    add: (namespace, cacheId, path, content) =>
      change(namespace, cacheId, (members) => members.set(checkedMember(path), content)),
    remove: (namespace, cacheId, path) => change(namespace, cacheId, (members) => members.delete(path)),
    async batch(namespace, cacheId, operations, options) {
      const zip = await retrieve(namespace, cacheId);
      if (zip === undefined) return undefined;
      const changes = applyZipOperations(zip.members, operations, options);
      const original = zip.info;
      if (changes.rolledBack || !changes.results.some(({ success }) => success))
        return { ...changes, original };
      const direct = { ...placeOf(original), strategy: 'direct' } as const;
      return { ...changes, original, info: (await put(direct, changes.members)).info };
    },
  };
}

function placeOf({ namespace, strategy, cacheKey }: EntryInfo): Place {
  return { namespace, strategy, cacheKey };
}
