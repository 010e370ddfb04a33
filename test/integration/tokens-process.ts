/**
 * A process that uses a token until it is killed or has done its share:
 * `tokens-process.ts disk:<folder>|sqlite:<file>|s3:<bucket> <token> <own name> <uses> <clients>`. It says the id of
 * each use on its output once it is answered: `<id> accepted|rejected|busy`. Its events go nowhere, as if it had died.
 */
import { writeSync } from 'node:fs';
import { diskObjectStore, openBucket, sqliteStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { createTokens, TokenBusy } from '@sgraph-backbone/layer/tokens';
import { useOf } from '../unit/tokens/token-store.ts';

const [place = '', token = '', name = '', uses = '0', clients = '1'] = process.argv.slice(2);
const { store, close } = await opened();
const tokens = createTokens({
  data: store,
  now: Date.now,
  sink: { take: async (events) => events.map((_, index) => index) },
  failed: (error) => {
    throw error;
  },
});
let next = 0;
await Promise.all(Array.from({ length: Number(clients) }, client));
await tokens.settled();
close();

async function client(): Promise<void> {
  while (next < Number(uses)) {
    const id = `${name}-${next++}`;
    writeSync(1, `${id} ${await outcomeOf(id)}\n`);
  }
}

async function outcomeOf(id: string): Promise<string> {
  try {
    const { success } = await tokens.use(token, useOf(id, Date.now()));
    return success ? 'accepted' : 'rejected';
  } catch (error) {
    if (error instanceof TokenBusy) return 'busy';
    throw error;
  }
}

async function opened(): Promise<{ store: ObjectStore; close(): void }> {
  if (place.startsWith('sqlite:')) {
    const { data, close } = sqliteStore(place.slice('sqlite:'.length));
    return { store: data, close };
  }
  const store = place.startsWith('s3:') ? await openBucket(place.slice(3)) : diskObjectStore(place.slice(5));
  return { store, close: store.close };
}
