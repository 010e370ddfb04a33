import { BadStoreInput, type ObjectStore, prefixed, ROOT, type Store } from '@sgraph-backbone/layer/store';
import { diskObjectStore } from './disk.ts';
import type { DriverOptions } from './driver-options.ts';
import { memoryObjectStore } from './memory.ts';

/**
 * Opens the store of a URL: `memory:`, new each time, or `disk:<folder>`, made if absent.
 * Any other throws BadStoreInput, naming these forms.
 */
export async function openStore(url: string, options: DriverOptions = {}): Promise<Store> {
  if (url === 'memory:') return memoryStore(url, options);
  if (url.startsWith('disk:') && url !== 'disk:') return diskStore(url, url.slice('disk:'.length), options);
  throw new BadStoreInput(`Not a store: ${JSON.stringify(url)}. Accepted: memory: and disk:<folder>`);
}

function memoryStore(url: string, options: DriverOptions): Store {
  return storeOf(url, memoryObjectStore(options), memoryObjectStore(options), async () => {});
}

function diskStore(url: string, folder: string, options: DriverOptions): Store {
  const data = diskObjectStore(`${folder}/data`, options);
  const observability = diskObjectStore(`${folder}/observability`, options);
  return storeOf(url, data, observability, async () => {
    data.close();
    observability.close();
  });
}

function storeOf(url: string, data: ObjectStore, observability: ObjectStore, close: Store['close']): Store {
  return { url, data: prefixed(data, ROOT), observability, close };
}
