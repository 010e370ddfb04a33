import { BadStoreInput, type ObjectStore, prefixed, ROOT, type Store } from '@sgraph-backbone/layer/store';
import { type DriverOptions, memoryObjectStore } from './memory.ts';

/** Opens the store of a URL: `memory:`, which is new each time. Any other throws BadStoreInput. */
export async function openStore(url: string, options: DriverOptions = {}): Promise<Store> {
  if (url === 'memory:') {
    return store(url, memoryObjectStore(options), memoryObjectStore(options), async () => {});
  }
  throw new BadStoreInput(`Not a store: ${JSON.stringify(url)}. Accepted: memory:`);
}

function store(url: string, data: ObjectStore, observability: ObjectStore, close: Store['close']): Store {
  return { url, data: prefixed(data, ROOT), observability, close };
}
