import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { verifyStore } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { backbone, beginBackbone } from '../command.ts';
import { temporaryFolder } from '../folder.ts';
import { createWorld, openSession } from '../protocol/world.ts';
import { privateEvents, record } from './recorded-world.ts';

const KEY = 'the-key-of-this-test';
const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Server {
  readonly url: string;
  kill(): Promise<void>;
}

async function start(folder: string): Promise<Server> {
  const words = ['start', '--store', `disk:${folder}`, '--port', '0', '--admin-key', KEY];
  const { child, ended } = beginBackbone(words);
  running.add(child);
  const url = await new Promise<string>((resolve, reject) => {
    let told = '';
    child.stdout!.on('data', (bytes) => {
      told += bytes;
      const found = /(http:\/\/127\.0\.0\.1:\d+)\/#key/.exec(told);
      if (found) resolve(found[1]!);
    });
    void ended.then(({ stderr }) => reject(new Error(`the server ended: ${stderr}`)));
  });
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await ended;
      running.delete(child);
    },
  };
}

const AT = Date.now() - 60_000;
const DAILY = `period=daily&key=${new Date(AT).toISOString().slice(0, 10)}`;

function eventsOf(name: string, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    event_id: `${name}-${index}`,
    event_type: 'page_view',
    timestamp: AT,
    method: 'GET',
    path: `/${index % 3}`,
    ip: `192.0.2.${index % 50}`,
  }));
}

/** Posts events in pieces, several clients at once, until all are answered or the server is gone. */
async function post(url: string, events: readonly object[], size: number, acknowledged: Set<string>) {
  const pieces = Array.from({ length: Math.ceil(events.length / size) }, (_, index) =>
    events.slice(index * size, (index + 1) * size),
  );
  const client = async () => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const body = JSON.stringify(size === 1 ? piece[0] : piece);
      const response = await fetch(`${url}/api/events`, { method: 'POST', headers, body });
      expect(response.status).toBe(202);
      const { accepted } = (await response.json()) as { accepted: { event_id: string }[] };
      for (const { event_id } of accepted) acknowledged.add(event_id);
    }
  };
  await Promise.allSettled(Array.from({ length: 16 }, client));
}

async function counted(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/sa/traffic/summary?${DAILY}&feed=application.main`, { headers });
  const { data } = (await answer.json()) as { data: { total_requests: number | null } };
  return data.total_requests ?? 0;
}

/** The number once it stays as it is. */
async function settledCount(url: string, atLeast: number): Promise<number> {
  const until = Date.now() + 30_000;
  for (;;) {
    const count = await counted(url);
    if (count >= atLeast || Date.now() > until) {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const again = await counted(url);
      if (again === count || Date.now() > until) return again;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A store with something in it: an empty one would be shown as the demo week, which takes its time. */
async function seededFolder(): Promise<string> {
  const folder = temporaryFolder();
  const store = await openStore(`disk:${folder}`);
  const world = await createWorld(Date.now(), store);
  await record(world, await privateEvents(world, [{ event_type: 'seed', app: 'seed' }]));
  await store.close();
  return folder;
}

async function problemsIn(folder: string): Promise<string[]> {
  const store = await openStore(`disk:${folder}`);
  const { pipeline } = await openSession(await createWorld(Date.now(), store));
  const problems: string[] = [];
  for await (const { outcome, what, why } of verifyStore(pipeline))
    if (outcome !== 'same') problems.push(`${outcome} ${what}: ${why}`);
  await store.close();
  return problems;
}

describe('a server that is ended by kill -9 while events are posted', () => {
  test.each([1, 20])(
    'has lost nothing that it answered, and counts what is posted again once (%i at a time)',
    async (size) => {
      const folder = await seededFolder();
      const events = eventsOf('a', size === 1 ? 600 : 4_000);
      const acknowledged = new Set<string>();
      const first = await start(folder);
      const posting = post(first.url, events, size, acknowledged);
      const enough = events.length / 3;
      while (acknowledged.size < enough) await new Promise((resolve) => setTimeout(resolve, 5));
      await first.kill();
      await posting;
      expect(acknowledged.size).toBeLessThan(events.length);

      const second = await start(folder);
      const kept = await settledCount(second.url, acknowledged.size);
      expect(kept).toBeGreaterThanOrEqual(acknowledged.size);
      const again = new Set<string>();
      await post(second.url, events, size, again);
      expect(again.size).toBe(events.length);
      expect(await settledCount(second.url, events.length)).toBe(events.length);
      await second.kill();
      expect(await problemsIn(folder)).toEqual([]);
    },
  );

  test('beside another on the same store takes nothing from it', async () => {
    const folder = await seededFolder();
    const [one, other] = [await start(folder), await start(folder)];
    const acknowledged = new Set<string>();
    const shared = eventsOf('shared', 500);
    const [ofOne, ofOther] = [
      [...shared, ...eventsOf('one', 1_500)],
      [...eventsOf('other', 1_500), ...shared],
    ];
    const posting = [post(one.url, ofOne, 10, acknowledged), post(other.url, ofOther, 10, acknowledged)];
    while (acknowledged.size < 900) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.kill();
    await Promise.all(posting);
    expect(ofOther.every((event) => acknowledged.has((event as { event_id: string }).event_id))).toBe(true);
    // What the killed one had begun is carried through by whoever opens the store next.
    expect((await backbone(['report', '--store', `disk:${folder}`])).stderr).toBe('');
    const kept = await settledCount(other.url, acknowledged.size);
    expect(kept).toBeGreaterThanOrEqual(acknowledged.size);
    await post(other.url, ofOne, 10, acknowledged);
    expect(await settledCount(other.url, 3_500)).toBe(3_500);
    await other.kill();
    expect(await problemsIn(folder)).toEqual([]);
  });
});
