import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { READABLE } from './readable.ts';

/** Counting stops here: an overview must not list a store of millions of objects. */
const COUNTED = 10_000;

export interface NamespaceStats {
  readonly namespace: string;
  readonly objects: number;
  readonly bytes: number;
  /** False: there is more than was counted. */
  readonly complete: boolean;
}

/** How many objects and bytes each namespace holds, up to 10,000 objects each. */
export async function cacheStats(data: ObjectStore) {
  const namespaces = await Promise.all(READABLE.map((namespace) => statsOf(data, namespace)));
  return {
    namespaces,
    objects: namespaces.reduce((sum, { objects }) => sum + objects, 0),
    bytes: namespaces.reduce((sum, { bytes }) => sum + bytes, 0),
    complete: namespaces.every(({ complete }) => complete),
  };
}

async function statsOf(data: ObjectStore, namespace: string): Promise<NamespaceStats> {
  let objects = 0;
  let bytes = 0;
  for await (const row of data.list(`${namespace}/`, { limit: COUNTED + 1 })) {
    if ('prefix' in row) continue;
    if (objects === COUNTED) return { namespace, objects, bytes, complete: false };
    objects += 1;
    bytes += row.size;
  }
  return { namespace, objects, bytes, complete: true };
}
