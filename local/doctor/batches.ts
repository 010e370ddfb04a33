import { entriesFolder, type LedgerEntry, rawBatchKey } from '@sgraph-backbone/layer/ledger';
import { abreast, readJson, type Store } from '@sgraph-backbone/layer/store';
import { fault, fine, type Observation } from './observation.ts';

/** Entries written within this time are compared: their batches can't have reached their age. Milliseconds. */
const RECENT = 36 * 3_600_000;

/** Entries that are compared; `verify` reads all of them. */
const MOST_ENTRIES = 500;

/** Objects that the ledger counts and whose batches are not there. */
export async function* batchesSeen({ data }: Pick<Store, 'data'>, now: number): AsyncIterable<Observation> {
  const keys: string[] = [];
  for await (const row of data.list(entriesFolder())) {
    if ('prefix' in row || row.modified < now - RECENT) continue;
    keys.push(row.key);
    if (keys.length === MOST_ENTRIES) break;
  }
  const missing: string[] = [];
  await abreast(keys, 16, async (key) => {
    const entry = (await readJson<LedgerEntry>(data, key))?.value;
    if (entry?.state !== 'active' || entry.since < now - RECENT) return;
    for (const { feed, window } of entry.windows) {
      const batch = rawBatchKey(feed, window, entry.object_id, entry.generation);
      if ((await data.head(batch)) === undefined) missing.push(batch);
    }
  });
  if (missing.length === 0)
    return yield fine('ledger', `${keys.length} objects of late, all with their batches`);
  yield fault(
    'ledger',
    `${missing.length} batches of counted objects are missing (${missing[0]})`,
    'their half-hours can never be summed again: a correction there is refused',
    'restore them from older versions of the data bucket, or forget the object and import its original',
  );
}
