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
import { createMeter, type Meter, type StepHour, type StoredBytes, storedBytes } from './aws-meter.ts';
import { createTimetable, type Timetable } from './timetable.ts';
import { BENCH_SITE, createTraffic } from './traffic.ts';

/** One hour of steady traffic, measured over the real steps; bytes are those that came to stay in it. */
export interface MeasuredHour extends StoredBytes {
  readonly requests: number;
  readonly objects: number;
  readonly steps: Readonly<Record<string, StepHour>>;
  /** Requests to SQS, without those of queues that are empty. */
  readonly sqsStandard: number;
  readonly sqsFifo: number;
  readonly replacedBytes: number;
}

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** When measured hours begin, epoch ms. */
export const START = Date.parse('2026-03-10T10:00:00Z');
/** Lines of a file are of the minutes before it was written. */
const BEHIND = 10 * MINUTE;

/** What an hour is measured with. */
export interface Bench {
  readonly timetable: Timetable;
  readonly meter: Meter;
  /** Requests to SQS so far. */
  readonly sqs: { standard: number; fifo: number };
}

/** Runs two hours of deliveries through the steps under a clock of its own, and measures the second. */
export async function measureHour(requests: number, objects: number): Promise<MeasuredHour> {
  const hour = await secondHour((bench) =>
    schedule(bench, stepsOf(bench), logFiles(bench.timetable, requests, objects), 2 * objects),
  );
  return { requests, objects, ...hour };
}

/** What two hours of something scheduled do under a clock of their own, of which the second counts. */
export async function secondHour(
  begin: (bench: Bench) => void,
): Promise<Omit<MeasuredHour, 'requests' | 'objects'>> {
  const timetable = createTimetable(START);
  const store = await openStore('memory:', { now: timetable.now });
  const bench: Bench = { timetable, meter: createMeter(store), sqs: { standard: 0, fifo: 0 } };
  const realNow = Date.now;
  // Every part of a step asks this clock; what it takes of the processor is measured by another.
  Date.now = timetable.now;
  try {
    begin(bench);
    await timetable.runUntil(START + HOUR);
    const before = await storedBytes(store);
    bench.meter.begin();
    const sqs = { ...bench.sqs };
    await timetable.runUntil(START + 2 * HOUR);
    return {
      steps: bench.meter.steps,
      sqsStandard: bench.sqs.standard - sqs.standard,
      sqsFifo: bench.sqs.fifo - sqs.fifo,
      replacedBytes: bench.meter.replacedBytes(),
      ...grown(before, await storedBytes(store)),
    };
  } finally {
    Date.now = realNow;
  }
}

type Steps = ReturnType<typeof stepsOf>;

/** Opens the pipeline of a metered store as a function does, with queues that hold messages for their slot. */
export function openMetered(bench: Bench, messages: Messages) {
  const options = { memory: true, messages };
  return pipelineFrom({ BACKBONE_STORE: 'memory:' }, async () => bench.meter.store, tmpdir(), options);
}

/** The steps behind a queue, each call metered. */
export function sumsOf(bench: Bench) {
  const { meter } = bench;
  const messages: Messages = {
    consolidate: async (sent) => send(bench, sent, SLOTS.consolidate, steps.consolidate),
    aggregate: async (sent) => {
      const { true: short = [], false: long = [] } = Object.groupBy(sent, (rollup) => `${isShort(rollup)}`);
      send(bench, short, SLOTS.hours, steps.aggregate);
      send(bench, long, SLOTS.days, steps.aggregate);
    },
  };
  const open = openMetered(bench, messages);
  const pipeline = async () => (await open()).pipeline;
  const consolidate = createConsolidateHandler(pipeline);
  const aggregate = createAggregateHandler(pipeline);
  const steps = {
    consolidate: (body: unknown) => meter.step('consolidate', () => consolidate(queued(body))),
    aggregate: (body: unknown) => meter.step('aggregate', () => aggregate(queued(body))),
  };
  return { open, ...steps };
}

/** The steps as their functions run them, each call metered. */
function stepsOf(bench: Bench) {
  const { meter } = bench;
  const { open } = sumsOf(bench);
  const pipeline = async () => (await open()).pipeline;
  const ingest = createIngestHandler(open);
  const archive = createArchiveHandler(pipeline);
  const sweep = createSweepHandler(async () => ({
    ...(await open()),
    openSource: async () => undefined,
    retention: DEFAULT_RETENTION,
    announce: async () => {},
    // What tokens and transfers have kept is looked for each time.
    events: { take: async () => [] },
  }));
  return {
    ingest: (key: string) => meter.step('ingest', () => ingest(created(key))),
    archive: () => meter.step('archive', () => archive({} as never)),
    sweep: () => meter.step('sweep', () => sweep({})),
  };
}

/** A message is sent with up to nine others, received and deleted; who sends it again in its slot sends nothing. */
function send(
  { timetable, sqs }: Bench,
  bodies: readonly (WindowOfFeed | RollupOfFeed)[],
  slot: number,
  step: (body: unknown) => Promise<void>,
): void {
  sqs.fifo += Math.ceil(bodies.length / 10);
  for (const body of bodies) {
    const name = `${JSON.stringify(body)} ${Math.floor(timetable.now() / 1000 / slot)}`;
    timetable.addOnce(name, timetable.now() + slot * 1000, () => {
      sqs.fifo += 2;
      return step(body);
    });
  }
}

function isShort({ period }: RollupOfFeed): boolean {
  return period === '30min' || period === 'hourly';
}

function schedule(
  { timetable, meter, sqs }: Bench,
  steps: Steps,
  nextFile: () => LogFile,
  files: number,
): void {
  const deliver = async () => {
    const { key, bytes } = nextFile();
    await meter.store.observability.put(key, bytes);
    sqs.standard += 3;
    await steps.ingest(key);
  };
  for (let number = 0; number < files; number++)
    timetable.add(START + ((number + 0.5) * 2 * HOUR) / files, deliver);
  for (let half = 1; half <= 4; half++) timetable.add(START + (half * HOUR) / 2 - 1, steps.sweep);
  for (let hour = 1; hour <= 2; hour++) timetable.add(START + hour * HOUR - 2, steps.archive);
}

interface LogFile {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Files of the minutes before now, which hold all the requests of an hour together. */
function logFiles(timetable: Timetable, requests: number, objects: number): () => LogFile {
  const random = createRandom('an hour on AWS');
  const request = createTraffic(random, Math.max(1_000, requests));
  let number = 0;
  return () => {
    const until = (at: number) => Math.floor((at * requests) / objects);
    const length = until(number + 1) - until(number);
    number++;
    const times = Array.from({ length }, () => timetable.now() - random.integer(BEHIND)).sort(
      (a, b) => a - b,
    );
    const hour = new Date(timetable.now()).toISOString().slice(0, 13).replace('T', '-');
    const name = `${BENCH_SITE.distribution}.${hour}.${String(number).padStart(8, '0')}.gz`;
    const text = STANDARD_HEADER + times.map((time) => standardLine(request(time))).join('');
    return { key: `live/${name}`, bytes: gzipSync(text) };
  };
}

function grown(before: StoredBytes, after: StoredBytes): StoredBytes {
  const by = (member: keyof StoredBytes) => after[member] - before[member];
  return {
    originalBytes: by('originalBytes'),
    rawBytes: by('rawBytes'),
    rawBatches: by('rawBatches'),
    derivedBytes: by('derivedBytes'),
  };
}

function created(key: string) {
  return { 'detail-type': 'Object Created', detail: { object: { key } } } as EventBridgeEvent<
    'Object Created',
    { object: { key: string } }
  >;
}

/** A message as a function gets it. */
export function queued(body: unknown): SQSEvent {
  return { Records: [{ messageId: 'm', body: JSON.stringify(body) }] } as SQSEvent;
}
