import { createHash } from 'node:crypto';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { createNormaliser, type EventSink, type PrivateEvent } from '@sgraph-backbone/layer/events';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Posting } from '@sgraph-backbone/layer/transfers';
import { type Around, aroundObjectStore } from '../../stores/index.ts';

export const START = Date.parse('2026-02-16T14:30:00Z');
export const ID = 'kX2vB7qLm0Tz';

/** A clock that tests turn, fresh ids, a store, and a stream that keeps what it takes. */
export interface World extends Posting {
  readonly clock: { now: number };
  readonly data: ObjectStore;
  /** Events that the stream has taken, repeats included. */
  readonly taken: PrivateEvent[];
  readonly sink: EventSink & { refuses: boolean };
  /** The same world through a store that something happens to. */
  through(around: Around): World;
}

export function aWorld(data: ObjectStore = memoryObjectStore()): World {
  const clock = { now: START };
  let ids = 0;
  const newId = () => uuidOf(`id ${++ids}`);
  const now = () => clock.now;
  const normaliser = createNormaliser({
    settings: DEFAULT_SETTINGS,
    now,
    newId,
    dayKey: async (day) => ({ id: day.slice(-2), key: createHash('sha256').update(day).digest() }),
    dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
  });
  const taken: PrivateEvent[] = [];
  const sink = {
    refuses: false,
    take: async (events: readonly PrivateEvent[]) => {
      if (sink.refuses) return events.map((_, index) => index);
      taken.push(...events);
      return [];
    },
  };
  const world = { clock, now, newId, taken, sink, internal: normaliser.internal };
  const through = (around: Around): World => ({
    ...world,
    data: aroundObjectStore(data, around),
    // The stream dies with the process that asks it.
    sink: {
      refuses: false,
      take: (events) => around({ half: 'store', method: 'put', key: 'stream' }, () => sink.take(events)),
    },
    through,
  });
  return { ...world, data, through };
}

/** Names of distinct events that the stream has: repeats count once there. */
export function streamIds({ taken }: Pick<World, 'taken'>): string[] {
  return [...new Set(taken.map(({ event_id }) => event_id))];
}

export async function keysOf(data: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of data.list('')) if ('key' in row) keys.push(row.key);
  return keys;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
