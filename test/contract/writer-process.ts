/**
 * A process that writes into a store until it is killed or has done its share:
 * `writer-process.ts disk:<folder>|sqlite:<file>|s3:<bucket> <own name> <rounds>`. It says each round that it has finished on its
 * output. The server of a bucket is that of its environment.
 */
import { writeSync } from 'node:fs';
import { diskObjectStore, openBucket, sqliteStore } from '@sgraph-backbone/layer/drivers';
import { Conflict, compareAndSet, type ObjectStore } from '@sgraph-backbone/layer/store';

/** Sizes around those of one write call. */
const SIZES = [0, 10, 5_000, 300_000, 1_200_000];

const [place = '', name = '', rounds = '0'] = process.argv.slice(2);
const { store, close } = await opened();
for (let round = 1; round <= Number(rounds); round++) {
  await compareAndSet<Record<string, number>>(store, 'counter.json', (counts = {}) => ({
    ...counts,
    [name]: (counts[name] ?? 0) + 1,
  }));
  writeSync(1, `${round}\n`);
  await writeWhole(store, round);
  await passOn(store, round);
}
close();

async function opened(): Promise<{ store: ObjectStore; close(): void }> {
  if (place.startsWith('sqlite:')) {
    const { data, close } = sqliteStore(place.slice('sqlite:'.length));
    return { store: data, close };
  }
  const store = place.startsWith('s3:') ? await openBucket(place.slice(3)) : diskObjectStore(place.slice(5));
  return { store, close: store.close };
}

/** Contents whose bytes and metadata tell the same number, so that a torn one shows. */
async function writeWhole(store: ObjectStore, round: number): Promise<void> {
  const value = round % 256;
  const bytes = new Uint8Array(SIZES[round % SIZES.length]!).fill(value);
  await store.put('whole', bytes, { metadata: { value: String(value), size: String(bytes.length) } });
}

/** One token that all processes move to and fro, with the metadata that belong to it. */
async function passOn(store: ObjectStore, round: number): Promise<void> {
  const [from, to] = round % 2 === 0 ? ['token/here', 'token/there'] : ['token/there', 'token/here'];
  const found = await store.head(from);
  if (found === undefined) return;
  try {
    await store.move(from, to, { ifMatch: found.etag, metadata: { token: 'yes', by: name } });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}
