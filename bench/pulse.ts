/**
 * How long a pulse takes in a store that is old and full: `node bench/pulse.ts [--old 1000000] [--recent 10000]
 * [--store disk:|sqlite:] [--runs 100]`. Events are written in batches of 100 by the step that records them: the old ones
 * over the days before, the recent ones in the five minutes of the pulse. Times are those of the handler, key and all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { adminKey, createLog, type HttpEvent } from '@sgraph-backbone/layer/runtime';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { createAdminApi } from '../lambdas/admin-api/handler.ts';
import type { Steps } from '../lambdas/admin-api/steps.ts';
import { recordEvents } from '../lambdas/record-events/record-events.ts';
import { localPipeline } from '../local/pipeline.ts';

const { values } = parseArgs({
  options: {
    old: { type: 'string', default: '1000000' },
    recent: { type: 'string', default: '10000' },
    store: { type: 'string', default: 'disk:' },
    runs: { type: 'string', default: '100' },
  },
});

const BATCH = 100;
const NOW = Date.UTC(2026, 1, 16, 14, 32);
const MINUTE = 60_000;
const KEY = 'bench-key';
const log = createLog({
  level: 'error',
  write: (line) => void process.stderr.write(`${line}\n`),
  now: Date.now,
});
const SILENCE = { consolidate: async () => {}, aggregate: async () => {} };

const folder = mkdtempSync(join(tmpdir(), 'backbone-pulse-'));

async function bench(url: string): Promise<void> {
  const old = Number(values.old);
  const recent = Number(values.recent);
  const written = performance.now();
  const record = await recorder(url);
  // A hundred events a minute: a store that has been in use for a week holds a million.
  const before = NOW - 6 * MINUTE;
  for (let batch = 0; batch < old / BATCH; batch++) await record(before - batch * MINUTE);
  for (let batch = 0; batch < recent / BATCH; batch++)
    await record(NOW - ((batch * 5 * MINUTE) / (recent / BATCH) + 1));
  const seconds = (performance.now() - written) / 1_000;
  process.stdout.write(
    `${old} events in the store, ${recent} in the window; written in ${seconds.toFixed(0)} s\n`,
  );
  process.stdout.write('| pulse | median ms | p99 ms | ms of processor |\n|---|--:|--:|--:|\n');
  const cold = await times(20, async () => asker(url));
  row('the first of a process that read none of its batches', cold);
  const ask = await asker(url);
  await ask();
  row('the next ones', await times(Number(values.runs), async () => ask));
  const fresh = await times(Number(values.runs), async (run) => {
    await record(NOW + run);
    return ask;
  });
  row('each after another batch has come', fresh);
}

interface Times {
  /** Of each pulse, ms. */
  readonly taken: readonly number[];
  /** Of all of them together, ms. */
  readonly processor: number;
}

/** Asks `runs` times; what comes before the question is not timed. */
async function times(runs: number, before: (run: number) => Promise<() => Promise<void>>): Promise<Times> {
  const taken: number[] = [];
  let processor = 0;
  for (let run = 0; run < runs; run++) {
    const ask = await before(run);
    const start = performance.now();
    const used = process.cpuUsage();
    await ask();
    taken.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    processor += (user + system) / 1_000;
  }
  return { taken, processor };
}

function row(name: string, { taken, processor }: Times): void {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(taken.length - 1, Math.floor(share * taken.length))]!.toFixed(1);
  const each = (processor / taken.length).toFixed(1);
  process.stdout.write(`| ${name} | ${at(0.5)} | ${at(0.99)} | ${each} |\n`);
}

/** Writes a batch of events of one moment. */
async function recorder(url: string): Promise<(time: number) => Promise<void>> {
  const clock = { now: NOW };
  const store = await openStore(url, { now: () => clock.now });
  const machine = { newId: () => crypto.randomUUID(), now: () => clock.now, randomness: NO_RANDOMNESS };
  const pipeline = localPipeline(store, DEFAULT_SETTINGS, SILENCE, machine);
  let written = 0;
  return async (time) => {
    clock.now = time;
    const events = Array.from({ length: BATCH }, () => event(time, written++));
    await recordEvents(
      { pipeline, settings: DEFAULT_SETTINGS, temporaryFolder: folder, marked: false },
      events,
    );
  };
}

const NO_RANDOMNESS = { bytes: () => new Uint8Array(32), id: () => 'bench' };

/** Every fourth event is of a visitor who was there before. */
function event(timestamp: number, number: number): PrivateEvent {
  const visitor = Math.imul(number - (number % 4), 0x9e3779b1) >>> 0;
  return {
    event_id: `bench-${number}`,
    event_type: 'api_call',
    timestamp,
    app: 'main',
    source: 'application',
    method: 'GET',
    path: `/transfers/info/{id}/${number % 200}`,
    status: number % 50 === 0 ? 404 : 200,
    duration_ms: number % 300,
    content_bytes: 1_000 + (number % 5_000),
    country: ['PT', 'BR', 'DE'][number % 3]!,
    class: 'human',
    client: {
      browser: 'Firefox',
      browser_version: '140',
      operating_system: 'Linux',
      device: 'desktop',
      agent: '',
    },
    visitor: { key_id: 'k1', hash: visitor.toString(16).padStart(8, '0').repeat(2) },
    transfer: { key_id: 'k1', hash: (visitor >>> 3).toString(16).padStart(16, '0') },
  };
}

/** A pulse by the API, on a store opened anew. */
async function asker(url: string): Promise<() => Promise<void>> {
  const { data } = await openStore(url);
  const unasked = async () => {
    throw new Error('a pulse runs no steps');
  };
  const steps: Steps = new Proxy({} as Steps, { get: () => unasked });
  const api = createAdminApi({
    source: () => ({ data, steps, store: 'real', events: { take: unasked }, normaliser: unasked }),
    now: () => NOW,
    version: 'bench',
    keyring: () => [adminKey(KEY)],
    log,
  });
  return async () => {
    const { statusCode, body } = await api(PULSE, { awsRequestId: 'bench' });
    const { active_requests } = JSON.parse(body ?? '{}');
    if (statusCode !== 200 || active_requests < Number(values.recent))
      throw new Error(`${statusCode}: ${active_requests} requests`);
  };
}

const PULSE = {
  version: '2.0',
  routeKey: '$default',
  isBase64Encoded: false,
  rawPath: '/api/analytics/pulse',
  rawQueryString: 'minutes=5&class=human',
  headers: { 'x-api-key': KEY },
  requestContext: {
    http: {
      method: 'GET',
      path: '/api/analytics/pulse',
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: '',
    },
    stage: '$default',
    requestId: 'bench',
  },
} as unknown as HttpEvent;

try {
  await bench(values.store.endsWith(':') ? `${values.store}${join(folder, 'store')}` : values.store);
} finally {
  rmSync(folder, { recursive: true });
}
