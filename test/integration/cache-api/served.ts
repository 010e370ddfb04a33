import { randomUUID } from 'node:crypto';
import { createCache } from '@sgraph-backbone/layer/cache';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { type ApiKey, createLog, keyHash } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { CacheApiContext } from '../../../lambdas/cache-api/context.ts';
import { createCacheApi } from '../../../lambdas/cache-api/handler.ts';
import { createLocalServer } from '../../../local/http/index.ts';
import { type Around, aroundStore } from '../../stores/index.ts';

export const KEY_NAME = 'X-API-Key-Cache';
export const KEY_VALUE = 'a-key-of-the-service';

/** A key of our own for every kind of caller. */
const KEYS: readonly ApiKey[] = [
  { name: 'admin', hash: keyHash('admin-key'), scopes: ['admin'] },
  { name: 'one namespace', hash: keyHash('own-key'), scopes: ['cache:own'] },
  { name: 'reader', hash: keyHash('reader-key'), scopes: ['cache:read'] },
  { name: 'everything read', hash: keyHash('read-key'), scopes: ['read'] },
  { name: 'tokens', hash: keyHash('tokens-key'), scopes: ['cache:read', 'tokens:read'] },
  { name: 'tokens alone', hash: keyHash('tokens-alone-key'), scopes: ['tokens:read'] },
];

export interface Served {
  readonly url: string;
  readonly data: ObjectStore;
  readonly logged: readonly string[];
  /** A request with the service's key, or with these headers alone. */
  ask(path: string, init?: RequestInit & { readonly bare?: boolean }): Promise<Response>;
  /** The JSON that is answered to a body of this type. */
  post<T = Record<string, unknown>>(path: string, body: BodyInit, type?: string): Promise<T>;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  close(): Promise<void>;
}

export type ServedOptions = Partial<CacheApiContext> & {
  readonly store?: string;
  /** Sees every call to the store. */
  readonly around?: Around;
};

/** The cache API over real HTTP on a store. */
export async function served(given: ServedOptions = {}): Promise<Served> {
  const { store: url = 'memory:', around, ...options } = given;
  const opened = await openStore(url);
  const store = around === undefined ? opened : aroundStore(opened, around);
  const logged: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => void logged.push(line), now: Date.now });
  const now = options.now ?? Date.now;
  const cache = createCache({ data: store.data, now, newId: randomUUID });
  const bodyLimit = options.bodyLimit ?? 1_000_000;
  const api = createCacheApi({
    source: async () => ({ data: store.data, cache, url: store.url }),
    keyring: () => KEYS,
    serviceKey: { name: KEY_NAME, value: KEY_VALUE },
    now,
    newId: randomUUID,
    bodyLimit,
    version: '1.2.3',
    environment: 'local',
    server: { instanceId: randomUUID(), bootTime: now() },
    ...options,
  });
  const handler = async () => ({ statusCode: 404 });
  const server = await createLocalServer({
    handler,
    assets: new Map(),
    cache: { api, bodyLimit },
    port: 0,
    log,
  });
  const base = `${server.url}/cache`;
  const ask: Served['ask'] = (path, { bare = false, ...init } = {}) =>
    fetch(base + path, {
      redirect: 'manual',
      ...init,
      headers: { ...(bare ? {} : { [KEY_NAME]: KEY_VALUE }), ...init.headers },
    });
  return {
    url: base,
    data: store.data,
    logged,
    ask,
    post: async <T>(path: string, body: BodyInit, type = 'application/json') =>
      (await (await ask(path, { method: 'POST', body, headers: { 'content-type': type } })).json()) as T,
    get: async <T>(path: string) => (await (await ask(path)).json()) as T,
    close: async () => {
      await server.close();
      await store.close();
    },
  };
}
