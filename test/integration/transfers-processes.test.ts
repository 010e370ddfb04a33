import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import {
  emitPending,
  OWNED_FOR,
  readTransfer,
  summaryOf,
  TRANSFER_EVENTS,
  type TransferRecord,
} from '@sgraph-backbone/layer/transfers';
import { temporaryFolder } from '../contract/opened-drivers.ts';
import { environmentOf, SERVERS, temporaryBucket } from '../contract/s3-servers.ts';
import { seededRandom } from '../stores/index.ts';

const PROGRAM = `${import.meta.dirname}/transfers-writer.ts`;
const EVENTS = 80;

interface Place {
  readonly name: string;
  readonly victims: number;
  open(
    folder: string,
  ): Promise<{ url: string; environment?: Record<string, string>; remove(): Promise<void> }>;
}

const PLACES: readonly Place[] = [
  ...['disk', 'sqlite'].map((driver) => ({
    name: driver,
    victims: 4,
    open: async (folder: string) => ({ url: `${driver}:${folder}/store`, remove: async () => {} }),
  })),
  ...SERVERS.map((server) => ({
    name: server.name,
    victims: 2,
    open: async () => {
      const { bucket, connection, remove } = await temporaryBucket(server);
      return { url: `s3://${bucket}`, environment: { ...environmentOf({ connection }) }, remove };
    },
  })),
];

/** Starts a writer; `after`: kills it when so many events were answered, and a little later. */
async function write(args: readonly string[], environment = {}, after?: { answered: number; ms: number }) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
    timeout: 100_000,
  });
  const answered: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    answered.push(line);
    if (answered.length === after?.answered) void wait(after.ms).then(() => child.kill('SIGKILL'));
  });
  await Promise.all([once(child, 'close'), once(lines, 'close')]);
  return { answered, code: child.exitCode };
}

describe.each(PLACES)('A transfer that processes write and die, on $name', ({ victims, open }) => {
  test('counts each event once, and each is in the stream', async () => {
    const folder = temporaryFolder();
    const place = await open(folder.path);
    const stream = `${folder.path}/stream`;
    const random = seededRandom(20261121);
    const writer = (seed: number, after?: { answered: number; ms: number }) =>
      write([place.url, stream, String(seed), String(EVENTS)], place.environment, after);
    try {
      for (let round = 0; round < victims; round++)
        await writer(round, { answered: 1 + Math.floor(random() * 8), ms: random() * 15 });
      const survivors = await Promise.all([writer(1000), writer(2000)]);
      expect(survivors.map(({ code, answered }) => [code, answered.length])).toEqual([
        [0, EVENTS],
        [0, EVENTS],
      ]);
      Object.assign(process.env, place.environment);
      const store = await openStore(place.url);
      const { data } = store;
      const taken: string[] = [];
      const later = () => Date.now() + OWNED_FOR + 3_600_000;
      const sink = {
        take: async (events: readonly { readonly event_id: string }[]) => {
          taken.push(...events.map(({ event_id }) => event_id));
          return [];
        },
      };
      const { waiting } = await emitPending({ data, now: later, newId: () => crypto.randomUUID(), sink });
      expect(waiting).toBe(0);
      const { cacheId, stored } = (await readTransfer(data, 'shared'))!;
      const { counts, total_events } = summaryOf(cacheId, stored as TransferRecord);
      expect(total_events).toBe(EVENTS);
      for (const name of TRANSFER_EVENTS) expect(counts[name]).toBe(EVENTS / TRANSFER_EVENTS.length);
      const streamed = existsSync(stream) ? readFileSync(stream, 'utf8').trim().split('\n') : [];
      expect(new Set([...streamed, ...taken]).size).toBe(EVENTS);
      await store.close();
    } finally {
      await place.remove();
      folder.remove();
    }
  });
});
