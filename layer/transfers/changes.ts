import { compareAndSet, type ObjectStore } from '@sgraph-backbone/layer/store';
import { recordKey } from './places.ts';
import type { StoredTransfer } from './record.ts';

/** A change of a record; `undefined`: it stays as it is. It may be tried several times, and may refuse by throwing. */
export type Change = (
  stored: StoredTransfer | undefined,
) => StoredTransfer | undefined | Promise<StoredTransfer | undefined>;

interface Waiting {
  readonly change: Change;
  readonly resolve: (stored: StoredTransfer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Fewer than what stays in a tail when its older half is sealed: what is sealed has been written before. */
const MOST_TOGETHER = 64;

const queues = new WeakMap<ObjectStore, Map<string, Waiting[]>>();

/**
 * Changes a record by compare-and-set; changes that wait together in this process are written together, each on what
 * the one before it left. Answers what this change left; throws what it throws.
 */
export function changeRecord(
  data: ObjectStore,
  cacheId: string,
  change: Change,
): Promise<StoredTransfer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<StoredTransfer | undefined>();
  const key = recordKey(cacheId);
  const ofStore = queues.get(data) ?? new Map<string, Waiting[]>();
  queues.set(data, ofStore);
  const queue = ofStore.get(key) ?? [];
  queue.push({ change, resolve, reject });
  if (!ofStore.has(key)) {
    ofStore.set(key, queue);
    void drain(data, key, queue, ofStore);
  }
  return promise;
}

async function drain(
  data: ObjectStore,
  key: string,
  queue: Waiting[],
  ofStore: Map<string, Waiting[]>,
): Promise<void> {
  while (queue.length > 0) await writeTogether(data, key, queue.splice(0, MOST_TOGETHER));
  // In the same step as the look at the queue: what comes later begins a new one.
  ofStore.delete(key);
}

async function writeTogether(data: ObjectStore, key: string, changes: readonly Waiting[]): Promise<void> {
  let answers: (() => void)[] = [];
  try {
    await compareAndSet<StoredTransfer>(data, key, async (stored) => {
      answers = [];
      let left = stored;
      for (const { change, resolve, reject } of changes) {
        try {
          left = (await change(left)) ?? left;
          answers.push(resolve.bind(undefined, left));
        } catch (error) {
          answers.push(() => reject(error));
        }
      }
      return left === stored ? undefined : left;
    });
    for (const answer of answers) answer();
  } catch (error) {
    for (const { reject } of changes) reject(error);
  }
}
