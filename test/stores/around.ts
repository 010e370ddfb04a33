import type { Listed, ObjectStore, Store } from '@sgraph-backbone/layer/store';

/** One call of a store method, as a wrapper sees it. */
export interface StoreCall {
  readonly half: 'data' | 'observability' | 'store';
  readonly method: 'get' | 'head' | 'put' | 'delete' | 'list' | 'move';
  /** The key, the source of a move, or the prefix of a listing. */
  readonly key: string;
  /** Target of a move. */
  readonly to?: string;
  /** What a put writes. */
  readonly bytes?: Uint8Array;
  /** What a put or a move writes beside the bytes. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Runs a call, or not, or something before and after it. A listing counts as one call: its beginning. */
export type Around = <T>(call: StoreCall, run: () => Promise<T>) => Promise<T>;

/** A store whose every call goes through `around`. */
export function aroundObjectStore(
  store: ObjectStore,
  around: Around,
  half: StoreCall['half'] = 'store',
): ObjectStore {
  return {
    get: (key, options) => around({ half, method: 'get', key }, () => store.get(key, options)),
    head: (key) => around({ half, method: 'head', key }, () => store.head(key)),
    put: (key, bytes, options) =>
      around({ half, method: 'put', key, bytes, metadata: options?.metadata }, () =>
        store.put(key, bytes, options),
      ),
    delete: (key, options) => around({ half, method: 'delete', key }, () => store.delete(key, options)),
    move: (key, to, options) =>
      around({ half, method: 'move', key, to, metadata: options.metadata }, () =>
        store.move(key, to, options),
      ),
    async *list(key, options): AsyncIterable<Listed> {
      yield* await around({ half, method: 'list', key }, async () => store.list(key, options));
    },
  };
}

/** Both halves of a store through one `around`, so that calls are counted over both. */
export function aroundStore(store: Store, around: Around): Store {
  return {
    url: store.url,
    data: aroundObjectStore(store.data, around, 'data'),
    observability: aroundObjectStore(store.observability, around, 'observability'),
    close: () => store.close(),
  };
}
