import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  diskObjectStore,
  memoryObjectStore,
  openBucket,
  sqliteStore,
  zipStore,
} from '@sgraph-backbone/layer/drivers';
import { type ObjectStore, prefixed } from '@sgraph-backbone/layer/store';
import { SERVERS, type TestServer, temporaryBucket } from './s3-servers.ts';

const LOCAL = { remote: false, clock: 1, emptyFolders: false };

/** An empty store of a driver, to be closed by the test that opened it. */
export interface Opened {
  readonly store: ObjectStore;
  close(): void | Promise<void>;
}

/** A driver that has to keep the contract. */
export interface TestedDriver {
  readonly name: string;
  readonly open: () => Opened | Promise<Opened>;
  /** Calls go over a network: fewer of them have to do. */
  readonly remote: boolean;
  /** Whole seconds are all that its clock tells. */
  readonly clock: number;
  /** Its server lists folders that were emptied: not the driver's fault, and left out of what is compared. */
  readonly emptyFolders: boolean;
}

/** Every driver, alone and below a prefix; those on S3 where a server is. */
export const DRIVERS: readonly TestedDriver[] = [
  { name: 'memory', open: openMemory, ...LOCAL },
  { name: 'disk', open: openDisk, ...LOCAL },
  { name: 'SQLite', open: () => openInFile(sqliteStore), ...LOCAL },
  { name: 'zip', open: () => openInFile(zipStore), ...LOCAL },
  { name: 'memory below a prefix', open: () => below(openMemory()), ...LOCAL },
  { name: 'disk below a prefix', open: () => below(openDisk()), ...LOCAL },
  ...SERVERS.map((server) => ({
    name: server.name,
    open: () => openS3(server),
    remote: true,
    clock: 1000,
    emptyFolders: server.emptyFolders,
  })),
];

/** A folder for one test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'backbone-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a test with an empty store of a driver. */
export async function withStore(
  open: TestedDriver['open'],
  use: (store: ObjectStore) => Promise<void>,
): Promise<void> {
  const { store, close } = await open();
  try {
    await use(store);
  } finally {
    await close();
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

function openInFile(open: (file: string) => { data: ObjectStore; close(): void }): Opened {
  const folder = temporaryFolder();
  const opened = open(`${folder.path}/store`);
  const close = () => {
    opened.close();
    folder.remove();
  };
  return { store: opened.data, close };
}

async function openS3(server: TestServer): Promise<Opened> {
  const { bucket, connection, remove } = await temporaryBucket(server);
  const store = await openBucket(bucket, '', { s3: connection });
  const close = async () => {
    store.close();
    await remove();
  };
  return { store, close };
}

function below({ store, close }: Opened): Opened {
  return { store: prefixed(store, 'some/where/'), close };
}
