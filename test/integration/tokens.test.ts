import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { diskObjectStore, openBucket, sqliteStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { createTokens, emitPending, readToken, readUses } from '@sgraph-backbone/layer/tokens';
import { DRIVERS, temporaryFolder, withStore } from '../contract/opened-drivers.ts';
import {
  environmentOf,
  NO_SERVER,
  SERVERS,
  type TestServer,
  temporaryBucket,
} from '../contract/s3-servers.ts';
import { seededRandom } from '../stores/index.ts';
import { collecting, idsOf, newToken, useAll, useOf } from '../unit/tokens/token-store.ts';

const PROGRAM = `${import.meta.dirname}/tokens-process.ts`;
const NAME = 'community-x';

function tokensOf(data: ObjectStore, sink = collecting().sink) {
  const failed = (error: unknown) => {
    throw error;
  };
  return createTokens({ data, sink, now: Date.now, failed });
}

/** Every use has one event; answers how many there are. */
async function expectWhole(data: ObjectStore): Promise<number> {
  const record = (await readToken(data, NAME))!;
  const uses = await readUses(data, record, 1, record.usage_count);
  expect(uses.map(({ number }) => number)).toEqual(
    Array.from({ length: record.usage_count }, (_, at) => at + 1),
  );
  return record.usage_count;
}

describe.each(DRIVERS)('a token on $name', ({ open }) => {
  test('1,000 uses at once with a limit of 100: exactly 100 succeed, with 100 events', async () => {
    await withStore(open, async (store) => {
      const { sink, used } = collecting();
      // Two that know nothing of each other, as two processes.
      const [one, other] = [tokensOf(store, sink), tokensOf(store, sink)];
      await one.create(newToken({ usage_limit: 100 }));
      const outcomes = [...(await useAll(one, idsOf(500, 'a')))];
      outcomes.push(
        ...(await Promise.all([useAll(one, idsOf(250, 'b')), useAll(other, idsOf(250, 'c'))])).flat(),
      );
      const answers = outcomes.map((outcome) => {
        if (outcome.status === 'rejected') throw outcome.reason;
        return outcome.value;
      });
      expect(answers.filter(({ success }) => success)).toHaveLength(100);
      await Promise.all([one.settled(), other.settled()]);
      await emitPending(store, sink, Date.now() + 60_000);
      expect(await expectWhole(store)).toBe(100);
      expect(used()).toBe(100);
    });
  });

  test('the same use id 50 times at once, from two sides, is one use', async () => {
    await withStore(open, async (store) => {
      const sides = [tokensOf(store), tokensOf(store)];
      await sides[0]!.create(newToken());
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => sides[index % 2]!.use(NAME, useOf('same'))),
      );
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(await expectWhole(store)).toBe(1);
      await Promise.all(sides.map((tokens) => tokens.settled()));
    });
  });
});

interface Shared {
  readonly name: string;
  readonly uses: number;
  readonly victims: number;
  open(): Promise<SharedStore>;
}

interface SharedStore {
  readonly store: ObjectStore;
  /** As processes are told. */
  readonly place: string;
  readonly environment?: Readonly<Record<string, string>>;
  close(): void | Promise<void>;
}

const SHARED: readonly Shared[] = [
  { name: 'disk', uses: 500, victims: 12, open: async () => openDisk() },
  { name: 'SQLite', uses: 500, victims: 6, open: async () => openSqlite() },
  ...SERVERS.map((server) => ({ name: server.name, uses: 60, victims: 3, open: () => openS3(server) })),
];

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

describe.each(SHARED)('a token that processes share on $name', ({ uses, victims, open }) => {
  test('two at a time with a limit: exactly as many as the limit are told that they may', async () => {
    const shared = await open();
    try {
      const limit = uses - 7;
      await tokensOf(shared.store).create(newToken({ usage_limit: limit }));
      const processes = ['a', 'b'].map((name) => start(shared, name, uses, 8));
      await Promise.all(processes.map(({ ended }) => ended));
      const said = processes.flatMap((one) => one.said);
      // Whoever had no turn is told so, and asks again.
      expect(said).toHaveLength(2 * uses);
      expect(said.filter((line) => line.endsWith(' accepted'))).toHaveLength(limit);
      expect(await expectWhole(shared.store)).toBe(limit);
    } finally {
      await shared.close();
    }
  });

  test('killed at any moment: no answered use is lost, none counts twice, and every one has its event', async () => {
    const shared = await open();
    const random = seededRandom(7);
    try {
      await tokensOf(shared.store).create(newToken());
      const accepted = new Set<string>();
      for (let victim = 0; victim < victims; victim++) {
        const dying = start(shared, `v${victim}`, 100_000, 4);
        await dying.begun;
        await wait(random() * 150);
        dying.process.kill('SIGKILL');
        await dying.ended;
        for (const line of dying.said) if (line.endsWith(' accepted')) accepted.add(line.split(' ')[0]!);
      }
      expect(accepted.size).toBeGreaterThan(victims);
      const count = await expectWhole(shared.store);
      // Those under way at a death may have counted, without anybody having been told.
      expect(count).toBeGreaterThanOrEqual(accepted.size);
      expect(count).toBeLessThanOrEqual(accepted.size + victims * 4);
      const { sink, used } = collecting();
      await emitPending(shared.store, sink, Date.now() + 60_000);
      expect(used()).toBe(count);
      const tokens = tokensOf(shared.store);
      for (const id of [...accepted].slice(-100))
        expect(await tokens.use(NAME, useOf(id, Date.now()))).toMatchObject({ repeated: true });
      expect(await expectWhole(shared.store)).toBe(count);
    } finally {
      await shared.close();
    }
  });
});

if (SERVERS.length === 0) test.skip(NO_SERVER, () => {});

function start({ place, environment }: SharedStore, name: string, uses: number, clients: number) {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const args = [...flags, PROGRAM, place, NAME, name, String(uses), String(clients)];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  running.add(child);
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => void said.push(line));
  const ended = Promise.all([once(child, 'close'), once(lines, 'close')]).then(() => running.delete(child));
  return { process: child, said, begun: once(lines, 'line'), ended };
}

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
