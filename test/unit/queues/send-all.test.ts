import { describe, expect, test } from '@jest/globals';
import {
  NotSent,
  type QueueEntry,
  type SendBatch,
  SLOTS,
  sendAll,
  sqsMessages,
} from '@sgraph-backbone/layer/queues';

const entries = (count: number): QueueEntry[] => Array.from({ length: count }, (_, body) => ({ body }));
const atOnce = { sleep: async () => {}, random: () => 0 };

/** A queue that refuses what `refuses` says, and keeps the rest. */
function queue(refuses: (entry: QueueEntry, attempt: number) => boolean) {
  const taken: unknown[] = [];
  const sizes: number[] = [];
  const attempts = new Map<unknown, number>();
  const send: SendBatch = async (batch) => {
    sizes.push(batch.length);
    return batch.flatMap((entry) => {
      const attempt = (attempts.get(entry.body) ?? 0) + 1;
      attempts.set(entry.body, attempt);
      if (refuses(entry, attempt)) return [{ entry, reason: 'InternalError' }];
      taken.push(entry.body);
      return [];
    });
  };
  return { send, taken, sizes };
}

describe('sending to a queue', () => {
  test('sends at most ten at once, and nothing where there is nothing', async () => {
    const { send, taken, sizes } = queue(() => false);
    await sendAll(send, entries(25), atOnce);
    expect(sizes.sort((a, b) => b - a)).toEqual([10, 10, 5]);
    expect([...taken].sort((a, b) => Number(a) - Number(b))).toEqual(entries(25).map(({ body }) => body));
    await sendAll(() => Promise.reject(new Error('nobody is asked')), [], atOnce);
  });

  test('sends again what was not taken, and that alone', async () => {
    const { send, taken, sizes } = queue(({ body }, attempt) => Number(body) % 3 === 0 && attempt < 3);
    await sendAll(send, entries(10), atOnce);
    expect(sizes).toEqual([10, 4, 4]);
    expect(taken).toHaveLength(10);
  });

  test('gives up after five tries, saying how many were left and why', async () => {
    const { send, sizes } = queue(({ body }) => body === 7);
    const failed = sendAll(send, entries(10), atOnce);
    await expect(failed).rejects.toThrow(NotSent);
    await expect(failed).rejects.toThrow('1 messages were not taken by the queue: InternalError');
    expect(sizes).toEqual([10, 1, 1, 1, 1]);
  });
});

describe('messages between the steps', () => {
  const urls = { consolidate: 'c', hours: 'h', days: 'd' };
  const feed = 'standard.E1';
  const sent: (QueueEntry & { readonly url: string })[] = [];
  let now = 0;
  const messages = sqsMessages(
    urls,
    () => now,
    async (url, batch) => {
      sent.push(...batch.map((entry) => ({ ...entry, url })));
    },
  );

  test('go to the queue of their level', async () => {
    sent.length = 0;
    const rollups = (['30min', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map((period) => ({
      feed,
      period,
      time_key: 'x',
    }));
    await messages.aggregate(rollups);
    await messages.consolidate([{ feed, window: '2026-02-16/14-30' }]);
    expect(sent.map(({ url }) => url).join('')).toBe('hhddddc');
  });

  test('repeat themselves once in a slot, and are new in the next', async () => {
    const ids = [];
    for (const second of [0, SLOTS.consolidate - 1, SLOTS.consolidate]) {
      sent.length = 0;
      now = second * 1000;
      const window = { feed, window: '2026-02-16/14-30' };
      await messages.consolidate([window, { ...window }]);
      expect(sent).toHaveLength(1);
      ids.push(sent[0]!.deduplication);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[1]).not.toBe(ids[2]);
  });

  test('of different windows, feeds and levels are of different groups', async () => {
    sent.length = 0;
    await messages.consolidate([
      { feed, window: '2026-02-16/14-30' },
      { feed, window: '2026-02-16/15-00' },
      { feed: 'standard.E2', window: '2026-02-16/14-30' },
    ]);
    await messages.aggregate([
      { feed, period: 'daily', time_key: '2026-02-16' },
      { feed, period: 'hourly', time_key: '2026-02-16' },
    ]);
    expect(new Set(sent.map(({ group }) => group)).size).toBe(5);
  });
});
