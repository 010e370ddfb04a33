import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { diskObjectStore, openBucket, sqliteStore } from '@sgraph-backbone/layer/drivers';
import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { seededRandom } from '../stores/index.ts';
import { temporaryFolder } from './opened-drivers.ts';
import { bytesOf, rowsOf } from './rows.ts';
import { environmentOf, SERVERS, type TestServer, temporaryBucket } from './s3-servers.ts';

const PROGRAM = `${import.meta.dirname}/writer-process.ts`;

const running = new Set<Writer>();

interface Writer {
  readonly process: ChildProcess;
  /** Rounds that it said it has finished. */
  said(): number;
  readonly started: Promise<unknown>;
  readonly ended: Promise<unknown>;
}

/** A store that several processes have open, and how much is asked of it. */
interface Shared {
  readonly name: string;
  readonly rounds: number;
  readonly victims: number;
  /** Elsewhere a content that is moved to and fro, or whose mover is killed, may be left in both places. */
  readonly movesAtOnce: boolean;
  open(): Promise<SharedStore>;
}

interface SharedStore {
  readonly store: ObjectStore;
  /** As writers are told. */
  readonly place: string;
  readonly environment?: Readonly<Record<string, string>>;
  close(): void | Promise<void>;
}

const SHARED: readonly Shared[] = [
  { name: 'disk', rounds: 300, victims: 15, movesAtOnce: true, open: async () => openDisk() },
  { name: 'SQLite', rounds: 300, victims: 15, movesAtOnce: true, open: async () => openSqlite() },
  ...SERVERS.map((server) => ({
    name: server.name,
    rounds: 25,
    victims: 4,
    movesAtOnce: false,
    open: () => openS3(server),
  })),
];

function openDisk(): SharedStore {
  const folder = temporaryFolder();
  const store = diskObjectStore(folder.path);
  const close = () => {
    store.close();
    folder.remove();
  };
  return { store, place: `disk:${folder.path}`, close };
}

function openSqlite(): SharedStore {
  const folder = temporaryFolder();
  const file = `${folder.path}/store.sqlite`;
  const { data, close } = sqliteStore(file);
  return {
    store: data,
    place: `sqlite:${file}`,
    close: () => {
      close();
      folder.remove();
    },
  };
}

async function openS3(server: TestServer): Promise<SharedStore> {
  const { bucket, connection, remove } = await temporaryBucket(server);
  const store = await openBucket(bucket, '', { s3: connection });
  const close = async () => {
    store.close();
    await remove();
  };
  return { store, place: `s3:${bucket}`, environment: environmentOf({ connection }), close };
}

function startWriter({ place, environment }: SharedStore, name: string, rounds: number): Writer {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const args = [...flags, PROGRAM, place, name, String(rounds)];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  let said = 0;
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (line) => {
    said = Number(line);
  });
  const ended = Promise.all([once(child, 'close'), once(lines, 'close')]);
  const writer = { process: child, said: () => said, started: once(lines, 'line'), ended };
  running.add(writer);
  return writer;
}

/** What no reader may ever see otherwise: whole contents, with their own metadata; one token. */
async function expectWhole(store: ObjectStore): Promise<void> {
  const found = await store.get('whole');
  if (found === undefined) return;
  const { bytes, size, metadata } = found;
  const values = [...new Set(bytes)];
  expect(bytes).toHaveLength(size);
  expect({ size: String(size), values }).toEqual({
    size: metadata?.size,
    values: size === 0 ? [] : [Number(metadata?.value)],
  });
}

async function expectToken(store: ObjectStore, { movesAtOnce }: Shared): Promise<void> {
  const keys = await rowsOf(store, 'token/');
  if (movesAtOnce) expect(keys).toHaveLength(1);
  else expect(keys).not.toEqual([]);
  for (const key of keys) expect((await store.head(key))!.metadata).toMatchObject({ token: 'yes' });
}

async function withShared({ open }: Shared, use: (shared: SharedStore) => Promise<void>): Promise<void> {
  const shared = await open();
  try {
    await shared.store.put('token/here', bytesOf('token'), { metadata: { token: 'yes' } });
    await use(shared);
  } finally {
    await killAll();
    await shared.close();
  }
}

/** A writer that outlives a failed test would make its folder again. */
async function killAll(): Promise<void> {
  for (const writer of running) writer.process.kill('SIGKILL');
  await Promise.all([...running].map((writer) => writer.ended));
  running.clear();
}

async function countsIn({ store }: SharedStore): Promise<Record<string, number>> {
  return (await readJson<Record<string, number>>(store, 'counter.json'))!.value;
}

/** Waits for a writer to say more than it has said until now. */
async function goesOn(writer: Writer): Promise<void> {
  const before = writer.said();
  while (writer.said() === before) await wait(5);
}

describe.each(SHARED)('A store that several processes write, on $name', (driver) => {
  test('loses no increment and shows no reader a torn content', () =>
    withShared(driver, async (shared) => {
      const writers = ['one', 'two'].map((name) => startWriter(shared, name, driver.rounds));
      let writing = true;
      const ended = Promise.all(writers.map((writer) => writer.ended)).then(() => {
        writing = false;
      });
      while (writing) {
        await expectWhole(shared.store);
        await wait(1);
      }
      await ended;
      expect(writers.map((writer) => writer.process.exitCode)).toEqual([0, 0]);
      expect(await countsIn(shared)).toEqual({ one: driver.rounds, two: driver.rounds });
      await expectToken(shared.store, driver);
    }));

  test('keeps what a killed process finished, and goes on without it', () =>
    withShared(driver, async (shared) => {
      const random = seededRandom(20261121);
      const survivor = startWriter(shared, 'survivor', 1_000_000);
      await survivor.started;
      for (let round = 0; round < driver.victims; round++) {
        const victim = startWriter(shared, `victim-${round}`, 1_000_000);
        await victim.started;
        await wait(random() * 60);
        victim.process.kill('SIGKILL');
        await victim.ended;
        const counts = await countsIn(shared);
        expect([victim.said(), victim.said() + 1]).toContain(counts[`victim-${round}`]);
        await expectWhole(shared.store);
        await goesOn(survivor);
      }
      survivor.process.kill('SIGKILL');
      await survivor.ended;
      expect([survivor.said(), survivor.said() + 1]).toContain((await countsIn(shared)).survivor);
      await expectToken(shared.store, driver);
    }));
});
