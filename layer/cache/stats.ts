import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { CacheStats } from './cache-types.ts';
import type { Strategy } from './entry.ts';
import { isExpired } from './entry-metadata.ts';
import { childrenFolder, idReferenceFolder, parseVersionName, versionFolder } from './entry-paths.ts';
import { listMarkers, markerFolder } from './hash-marker.ts';
import { keyBasedFolder } from './paths.ts';

/** Counts what a namespace holds by listing it; what has expired counts as absent. */
export async function statsOf(data: ObjectStore, namespace: string, now: number): Promise<CacheStats> {
  const { hashes, hashMarkers, expired } = await countMarkers(data, namespace, now);
  const versions = { temporal_latest: 0, temporal_versioned: 0 };
  for await (const key of keys(data, versionFolder(namespace, ''))) {
    const version = parseVersionName(key.slice(key.lastIndexOf('/') + 1));
    if (version !== undefined && !isExpired(version, now)) versions[version.strategy]++;
  }
  const live = async (strategy: Strategy, folder: string) =>
    Math.max(0, (await count(data, folder)) - (expired.strategies.get(strategy) ?? 0));
  const entries = {
    direct: await live('direct', `${namespace}/data/direct/`),
    temporal: await live('temporal', `${namespace}/data/temporal/`),
    ...versions,
    key_based: await live('key_based', keyBasedFolder(namespace, '')),
  };
  const ofLive = (folder: string) => count(data, folder, (id) => !expired.ids.has(id));
  const idReferences = await ofLive(idReferenceFolder(namespace));
  const childFiles = await ofLive(childrenFolder(namespace));
  const entryFiles = Object.values(entries).reduce((sum, files) => sum + files, 0);
  return {
    entries,
    hashes,
    hashMarkers,
    idReferences,
    childFiles,
    files: entryFiles + hashMarkers + idReferences + childFiles,
  };
}

async function countMarkers(data: ObjectStore, namespace: string, now: number) {
  const expired = { ids: new Set<string>(), strategies: new Map<Strategy, number>() };
  const hashes = new Set<string>();
  let hashMarkers = 0;
  for await (const marker of listMarkers(data, markerFolder(namespace))) {
    if (isExpired(marker, now)) {
      expired.ids.add(marker.cacheId);
      expired.strategies.set(marker.strategy, (expired.strategies.get(marker.strategy) ?? 0) + 1);
    } else {
      hashes.add(marker.hash);
      hashMarkers++;
    }
  }
  return { hashes: hashes.size, hashMarkers, expired };
}

/** Objects of a folder; `counts` is asked of the id that their name begins with there. */
async function count(
  data: ObjectStore,
  folder: string,
  counts: (id: string) => boolean = () => true,
): Promise<number> {
  let counted = 0;
  for await (const key of keys(data, folder))
    if (counts(key.slice(folder.length, folder.length + 36))) counted++;
  return counted;
}

async function* keys(data: ObjectStore, folder: string): AsyncGenerator<string> {
  for await (const row of data.list(folder)) if ('key' in row) yield row.key;
}
