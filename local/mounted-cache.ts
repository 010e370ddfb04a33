import { randomUUID } from 'node:crypto';
import { type Cache, createCache } from '@sgraph-backbone/layer/cache';
import { type Keyring, readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import type { Store } from '@sgraph-backbone/layer/store';
import { isPipelineNamespace } from '../lambdas/cache-api/access.ts';
import { cacheEnvironment } from '../lambdas/cache-api/environment.ts';
import { createCacheApi } from '../lambdas/cache-api/handler.ts';
import type { MountedCache } from './http/index.ts';

/** Bytes of a body where the environment names none: 64 MiB. */
const BODY_BYTES = '67108864';

const ENVIRONMENT = {
  BACKBONE_CACHE_BODY_BYTES: z
    .string()
    .regex(/^[1-9]\d{0,9}$/, 'a whole number of bytes')
    .default(BODY_BYTES)
    .meta({ description: 'largest body that the cache service takes' }),
};

export interface MountedCacheOptions {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The mounted service, and what removes entries that have expired: they read as absent before, too. */
export interface SweptCache extends MountedCache {
  /** Answers how many entries were removed. */
  sweepExpired(): Promise<number>;
}

/** The cache service of a store, as the local server mounts it. Throws BadEnvironment. */
export function mountedCache({ store, keyring, version, environment }: MountedCacheOptions): SweptCache {
  const { BACKBONE_CACHE_BODY_BYTES } = readEnvironment(ENVIRONMENT, environment);
  const { serviceKey, server } = cacheEnvironment(environment);
  const bodyLimit = Number(BACKBONE_CACHE_BODY_BYTES);
  const cache = createCache({ data: store.data, now: Date.now, newId: randomUUID });
  const source = { data: store.data, cache, url: store.url };
  const api = createCacheApi({
    source: async () => source,
    keyring,
    ...(serviceKey === undefined ? {} : { serviceKey }),
    now: Date.now,
    newId: randomUUID,
    bodyLimit,
    version,
    environment: 'local',
    server: { ...server, instanceId: randomUUID(), bootTime: Date.now() },
  });
  return { api, bodyLimit, sweepExpired: () => sweepExpired(cache) };
}

async function sweepExpired(cache: Cache): Promise<number> {
  let removed = 0;
  for (const namespace of await cache.namespaces())
    if (!isPipelineNamespace(namespace)) removed += await cache.sweepExpired(namespace);
  return removed;
}
