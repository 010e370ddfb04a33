import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Messages, RollupOfFeed, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { SLOTS } from '@sgraph-backbone/layer/queues';
import type { EventBridgeEvent, SQSEvent } from 'aws-lambda';
import { createAggregateHandler } from '../lambdas/aggregate/handler.ts';
import { createArchiveHandler } from '../lambdas/archive/handler.ts';
import { createConsolidateHandler } from '../lambdas/consolidate/handler.ts';
import { pipelineFrom } from '../lambdas/environment/open-pipeline.ts';
import { createIngestHandler } from '../lambdas/ingest/handler.ts';
import { DEFAULT_RETENTION } from '../lambdas/sweep/expire.ts';
import { createSweepHandler } from '../lambdas/sweep/handler.ts';
import { STANDARD_HEADER, standardLine } from '../local/demo/log-line.ts';
import { createRandom } from '../local/demo/random.ts';
import { aroundStore, type StoreCall } from '../test/stores/index.ts';
import { BENCH_SITE, createTraffic } from './traffic.ts';

/** What one step did in an hour. */
export interface StepHour {
  calls: number;
  /** Of the processor, milliseconds. */
  cpu: number;
  /** Requests to S3 by their price: PUT, COPY, LIST; GET, HEAD. */
  writes: number;
  reads: number;
}

/** One hour of steady traffic, measured over the real steps. */
export interface MeasuredHour {
  readonly requests: number;
  readonly objects: number;
  readonly steps: Readonly<Record<string, StepHour>>;
  /** Requests to SQS, without those of queues that are empty. */
  readonly sqsStandard: number;
  readonly sqsFifo: number;
  /** Bytes that came to stay: of originals, of raw batches and their number, of everything above them. */
  readonly originalBytes: number;
  readonly rawBytes: number;
  readonly rawBatches: number;
  readonly derivedBytes: number;
  /** Bytes of contents that were replaced: they stay as old versions for a week. */
  readonly replacedBytes: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Lines of a file are of the minutes before it was written. */
const BEHIND = 10 * MINUTE;

interface Due {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** Runs two hours of deliveries through the steps under a clock of its own, and measures the second. */
export async function measureHour(requests: number, objects: number): Promise<MeasuredHour> {
  const start = Date.parse('2026-03-10T10:00:00Z');
  let clock = start;
  // Every part of a step asks this clock; what it takes is measured by another.
  Date.now = () => clock;
  const steps: Record<string, StepHour> = {};
  const totals = { sqsStandard: 0, sqsFifo: 0, replacedBytes: 0 };
  const isMeasured = () => clock >= start + HOUR && clock < start + 2 * HOUR;
  const sizes = new Map<string, number>();
  let current: StepHour = { calls: 0, cpu: 0, writes: 0, reads: 0 };
  const around = async <T>(call: StoreCall, run: () => Promise<T>): Promise<T> => {
    if (call.method === 'put' || call.method === 'list' || call.method === 'move') current.writes++;
    if (call.method === 'get' || call.method === 'head' || call.method === 'move') current.reads++;
    if (call.half === 'data' && call.bytes) {
      if (isMeasured() && sizes.has(call.key)) totals.replacedBytes += sizes.get(call.key)!;
      sizes.set(call.key, call.bytes.length);
    }
    return run();
  };
  const store = await openStore('memory:', { now: () => clock });
  const dues: Due[] = [];
  const waiting = new Set<string>();
  /** A message in its slot: who sends it again in the slot sends nothing. */
  const send = (
    bodies: readonly (WindowOfFeed | RollupOfFeed)[],
    slot: number,
    run: (body: unknown) => Promise<void>,
  ) => {
    if (isMeasured()) totals.sqsFifo += Math.ceil(bodies.length / 10);
    for (const body of bodies) {
      const name = `${JSON.stringify(body)} ${Math.floor(clock / 1000 / slot)}`;
      if (waiting.has(name)) continue;
      waiting.add(name);
      dues.push({ at: clock + slot * 1000, run: () => run(body) });
    }
  };
  const isShort = ({ period }: RollupOfFeed) => period === '30min' || period === 'hourly';
  const messages: Messages = {
    consolidate: async (sent) =>
      send(sent, SLOTS.consolidate, (body) => step('consolidate', () => consolidate(queued(body)), true)),
    aggregate: async (sent) => {
      for (const [short, slot] of [
        [true, SLOTS.hours],
        [false, SLOTS.days],
      ] as const) {
        const own = sent.filter((rollup) => isShort(rollup) === short);
        if (own.length > 0) send(own, slot, (body) => step('aggregate', () => aggregate(queued(body)), true));
      }
    },
  };
  const open = pipelineFrom({ BACKBONE_STORE: 'memory:' }, async () => aroundStore(store, around), tmpdir(), {
    memory: true,
    messages,
  });
  const pipeline = async () => (await open()).pipeline;
  const [ingest, consolidate] = [createIngestHandler(open), createConsolidateHandler(pipeline)];
  const [aggregate, archive] = [createAggregateHandler(pipeline), createArchiveHandler(pipeline)];
  const sweep = createSweepHandler(async () => ({
    ...(await open()),
    openSource: async () => undefined,
    retention: DEFAULT_RETENTION,
    announce: async () => {},
  }));
  async function step(name: string, run: () => Promise<unknown>, fifo = false): Promise<void> {
    current = { calls: 1, cpu: 0, writes: 0, reads: 0 };
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    if (!isMeasured()) return;
    // A message is received and deleted by its call.
    if (fifo) totals.sqsFifo += 2;
    const sum = steps[name] ?? { calls: 0, cpu: 0, writes: 0, reads: 0 };
    steps[name] = sum;
    sum.calls++;
    sum.cpu += (user + system) / 1000;
    sum.writes += current.writes;
    sum.reads += current.reads;
  }

  const random = createRandom('an hour on AWS');
  const request = createTraffic(random, Math.max(1_000, requests));
  const deliver = async (number: number) => {
    const lines = linesOf(requests, objects, number);
    const times = Array.from({ length: lines }, () => clock - random.integer(BEHIND)).sort((a, b) => a - b);
    const hour = new Date(clock).toISOString().slice(0, 13).replace('T', '-');
    const key = `live/${BENCH_SITE.distribution}.${hour}.${String(number).padStart(8, '0')}.gz`;
    const text = STANDARD_HEADER + times.map((time) => standardLine(request(time))).join('');
    await store.observability.put(key, gzipSync(text));
    if (isMeasured()) totals.sqsStandard += 3;
    await step('ingest', () => ingest(created(key)));
  };
  for (let number = 0; number < 2 * objects; number++)
    dues.push({ at: start + ((number + 0.5) * HOUR) / objects, run: () => deliver(number) });
  for (let half = 1; half <= 4; half++)
    dues.push({ at: start + (half * HOUR) / 2 - 1, run: () => step('sweep', () => sweep({})) });
  for (let hour = 1; hour <= 2; hour++)
    dues.push({ at: start + hour * HOUR - 2, run: () => step('archive', () => archive({} as never)) });

  let stored = await storedBytes(store);
  let before = stored;
  for (;;) {
    dues.sort((a, b) => a.at - b.at);
    const next = dues.shift();
    if (next === undefined || next.at >= start + 2 * HOUR) break;
    if (clock < start + HOUR && next.at >= start + HOUR) before = await storedBytes(store);
    clock = next.at;
    await next.run();
  }
  stored = await storedBytes(store);
  const grown = (what: keyof typeof stored) => stored[what] - before[what];
  return {
    requests,
    objects,
    steps,
    ...totals,
    originalBytes: grown('original'),
    rawBytes: grown('raw'),
    rawBatches: grown('rawBatches'),
    derivedBytes: grown('derived'),
  };
}

/** Lines of one of the objects, so that an hour has them all. */
function linesOf(requests: number, objects: number, number: number): number {
  const at = number % objects;
  return Math.floor(((at + 1) * requests) / objects) - Math.floor((at * requests) / objects);
}

async function storedBytes({ data, observability }: Awaited<ReturnType<typeof openStore>>) {
  const bytes = { original: 0, raw: 0, rawBatches: 0, derived: 0 };
  for await (const row of observability.list('')) if ('key' in row) bytes.original += row.size;
  for await (const row of data.list('')) {
    if (!('key' in row)) continue;
    const isRaw = row.key.includes('-raw/');
    bytes[isRaw ? 'raw' : 'derived'] += row.size;
    if (isRaw) bytes.rawBatches++;
  }
  return bytes;
}

function created(key: string) {
  return { 'detail-type': 'Object Created', detail: { object: { key } } } as EventBridgeEvent<
    'Object Created',
    { object: { key: string } }
  >;
}

function queued(body: unknown): SQSEvent {
  return { Records: [{ messageId: 'm', body: JSON.stringify(body) }] } as SQSEvent;
}
