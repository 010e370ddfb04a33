/**
 * A process that posts events of one transfer until it is killed or has posted all:
 * `transfers-writer.ts <store> <stream file> <seed> <events>`. Its stream is a file to which each event taken adds a
 * line. It says each event that was answered on its output.
 */
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, writeSync } from 'node:fs';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createNormaliser } from '@sgraph-backbone/layer/events';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { postTransferEvent, TRANSFER_EVENTS } from '@sgraph-backbone/layer/transfers';
import { seededRandom } from '../stores/index.ts';

const [url = '', stream = '', seed = '1', events = '0'] = process.argv.slice(2);
const store = await openStore(url);
const random = seededRandom(Number(seed));
const { internal } = createNormaliser({
  settings: DEFAULT_SETTINGS,
  now: Date.now,
  newId: randomUUID,
  dayKey: async () => ({ id: 'day', key: createHash('sha256').update('the key of all days').digest() }),
  dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
});
const context = {
  data: store.data,
  now: Date.now,
  newId: randomUUID,
  internal,
  sink: {
    take: async (taken: readonly { readonly event_id: string }[]) => {
      appendFileSync(stream, taken.map(({ event_id }) => `${event_id}\n`).join(''));
      return [];
    },
  },
};
const timestamp = Date.now();
const order = Array.from({ length: Number(events) }, (_, n) => ({ n, at: random() })).sort(
  (a, b) => a.at - b.at,
);
for (const { n } of order) {
  const event = TRANSFER_EVENTS[n % TRANSFER_EVENTS.length]!;
  await postTransferEvent(context, 'shared', { event, event_id: `e${n}`, timestamp });
  writeSync(1, `${n}\n`);
}
await store.close();
