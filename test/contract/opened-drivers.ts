import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskObjectStore, memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { type ObjectStore, prefixed } from '@sgraph-backbone/layer/store';

/** An empty store of a driver, to be closed by the test that opened it. */
export interface Opened {
  readonly store: ObjectStore;
  close(): void;
}

/** Every driver that has to keep the contract, alone and below a prefix. */
export const DRIVERS: readonly { readonly name: string; readonly open: () => Opened }[] = [
  { name: 'memory', open: openMemory },
  { name: 'disk', open: openDisk },
  { name: 'memory below a prefix', open: () => below(openMemory()) },
  { name: 'disk below a prefix', open: () => below(openDisk()) },
];

/** A folder for one test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'backbone-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a test with an empty store of a driver. */
export async function withStore(
  open: () => Opened,
  use: (store: ObjectStore) => Promise<void>,
): Promise<void> {
  const { store, close } = open();
  try {
    await use(store);
  } finally {
    close();
  }
}

function openMemory(): Opened {
  return { store: memoryObjectStore(), close: () => {} };
}

function openDisk(): Opened {
  const folder = temporaryFolder();
  const store = diskObjectStore(folder.path);
  const close = () => {
    store.close();
    folder.remove();
  };
  return { store, close };
}

function below({ store, close }: Opened): Opened {
  return { store: prefixed(store, 'some/where/'), close };
}
