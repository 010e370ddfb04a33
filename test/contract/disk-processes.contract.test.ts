import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { diskObjectStore } from '@sgraph-backbone/layer/drivers';
import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { seededRandom } from '../stores/index.ts';
import { temporaryFolder } from './opened-drivers.ts';
import { bytesOf, rowsOf } from './rows.ts';

const PROGRAM = `${import.meta.dirname}/writer-process.ts`;

const running = new Set<Writer>();

interface Writer {
  readonly process: ChildProcess;
  /** Rounds that it said it has finished. */
  said(): number;
  readonly started: Promise<unknown>;
  readonly ended: Promise<unknown>;
}

function startWriter(folder: string, name: string, rounds: number): Writer {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const args = [...flags, PROGRAM, folder, name, String(rounds)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
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

async function expectOneToken(store: ObjectStore): Promise<void> {
  const keys = await rowsOf(store, 'token/');
  expect(keys).toHaveLength(1);
  expect((await store.head(keys[0]!))!.metadata).toMatchObject({ token: 'yes' });
}

async function withDisk(use: (store: ObjectStore, folder: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  const store = diskObjectStore(folder.path);
  try {
    await store.put('token/here', bytesOf('token'), { metadata: { token: 'yes' } });
    await use(store, folder.path);
  } finally {
    await killAll();
    store.close();
    folder.remove();
  }
}

/** A writer that outlives a failed test would make its folder again. */
async function killAll(): Promise<void> {
  for (const writer of running) writer.process.kill('SIGKILL');
  await Promise.all([...running].map((writer) => writer.ended));
  running.clear();
}

describe('A disk store that several processes write', () => {
  test('loses no increment and shows no reader a torn content', () =>
    withDisk(async (store, folder) => {
      const writers = ['one', 'two'].map((name) => startWriter(folder, name, 300));
      let writing = true;
      const ended = Promise.all(writers.map((writer) => writer.ended)).then(() => {
        writing = false;
      });
      while (writing) {
        await expectWhole(store);
        await wait(1);
      }
      await ended;
      expect((await readJson(store, 'counter.json'))?.value).toEqual({ one: 300, two: 300 });
      await expectOneToken(store);
    }));

  test('keeps what a killed process finished, and goes on without it', () =>
    withDisk(async (store, folder) => {
      const random = seededRandom(20261121);
      const survivor = startWriter(folder, 'survivor', 1_000_000);
      await survivor.started;
      for (let round = 0; round < 15; round++) {
        const victim = startWriter(folder, `victim-${round}`, 1_000_000);
        await victim.started;
        await wait(random() * 60);
        const before = survivor.said();
        victim.process.kill('SIGKILL');
        await victim.ended;
        const counts = (await readJson<Record<string, number>>(store, 'counter.json'))!.value;
        expect([victim.said(), victim.said() + 1]).toContain(counts[`victim-${round}`]);
        await expectWhole(store);
        // On a busy machine that takes a while; one that is held up for ever fails by the time of the test.
        while (survivor.said() <= before) await wait(5);
      }
      survivor.process.kill('SIGKILL');
      await survivor.ended;
      const counts = (await readJson<Record<string, number>>(store, 'counter.json'))!.value;
      expect([survivor.said(), survivor.said() + 1]).toContain(counts.survivor);
      await expectOneToken(store);
    }));
});
