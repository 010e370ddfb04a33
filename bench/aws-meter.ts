import type { Store } from '@sgraph-backbone/layer/store';
import { aroundStore, type StoreCall } from '../test/stores/index.ts';

/** What one step did in an hour. */
export interface StepHour {
  calls: number;
  /** Of the processor, milliseconds. */
  cpu: number;
  /** Requests to S3 by their price: PUT, COPY, LIST; GET, HEAD. */
  writes: number;
  reads: number;
}

/** Bytes by how long they stay. */
export interface StoredBytes {
  readonly originalBytes: number;
  readonly rawBytes: number;
  readonly rawBatches: number;
  readonly derivedBytes: number;
}

/** Counts what steps ask of a store, once it was told to begin. */
export interface Meter {
  /** The store that the steps use. */
  readonly store: Store;
  readonly steps: Record<string, StepHour>;
  /** Bytes of contents that were replaced: they stay as old versions for a while. */
  readonly replacedBytes: () => number;
  begin(): void;
  readonly isOn: () => boolean;
  /** Runs one call of a step. */
  step(name: string, run: () => Promise<unknown>): Promise<void>;
}

const WRITES = new Set<StoreCall['method']>(['put', 'list', 'move']);
const READS = new Set<StoreCall['method']>(['get', 'head', 'move']);

export function createMeter(metered: Store): Meter {
  const steps: Record<string, StepHour> = {};
  const sizes = new Map<string, number>();
  let [on, replaced] = [false, 0];
  let current = nothing();
  const store = aroundStore(metered, async ({ method, half, key, bytes }, run) => {
    if (WRITES.has(method)) current.writes++;
    if (READS.has(method)) current.reads++;
    if (half === 'data' && bytes !== undefined) {
      if (on) replaced += sizes.get(key) ?? 0;
      sizes.set(key, bytes.length);
    }
    return run();
  });
  return {
    store,
    steps,
    replacedBytes: () => replaced,
    begin: () => {
      on = true;
    },
    isOn: () => on,
    async step(name, run) {
      current = nothing();
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      if (on) steps[name] = sumOf(steps[name], { ...current, calls: 1, cpu: (user + system) / 1000 });
    },
  };
}

/** What lies in a store now. */
export async function storedBytes({ data, observability }: Store): Promise<StoredBytes> {
  const bytes = { originalBytes: 0, rawBytes: 0, rawBatches: 0, derivedBytes: 0 };
  for await (const row of observability.list('')) if ('key' in row) bytes.originalBytes += row.size;
  for await (const row of data.list('')) {
    if (!('key' in row)) continue;
    const isRaw = row.key.includes('-raw/');
    bytes[isRaw ? 'rawBytes' : 'derivedBytes'] += row.size;
    if (isRaw) bytes.rawBatches++;
  }
  return bytes;
}

function nothing(): StepHour {
  return { calls: 0, cpu: 0, writes: 0, reads: 0 };
}

function sumOf(one: StepHour = nothing(), other: StepHour): StepHour {
  const sum = (member: keyof StepHour) => one[member] + other[member];
  return { calls: sum('calls'), cpu: sum('cpu'), writes: sum('writes'), reads: sum('reads') };
}
