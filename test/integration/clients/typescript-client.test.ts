import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Backbone,
  type BackboneOptions,
  createBackbone,
} from '../../../clients/typescript/backbone-events.ts';
import { type EventsServer, eventsServer } from './events-server.ts';

let server: EventsServer;
let client: Backbone;
let problems: string[];

beforeEach(async () => {
  server = await eventsServer();
  problems = [];
});

afterEach(async () => {
  await client.close(0);
  await server.close();
});

function start(more: Partial<BackboneOptions> = {}): Backbone {
  client = createBackbone({
    url: server.url,
    key: 'the-key',
    interval: 20,
    timeout: 500,
    backoff: { first: 5, longest: 40 },
    onProblem: (problem) => void problems.push(problem),
    ...more,
  });
  return client;
}

function report(count: number, more: Record<string, unknown> = {}): void {
  for (let n = 0; n < count; n++) client.report({ event_type: 'api_call', path: `/api/${n}`, ...more });
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isSo() && Date.now() < end; )
    await new Promise((wake) => setTimeout(wake, 5));
  expect(isSo()).toBe(true);
}

const takenOnce = () => [...server.taken.values()].every((times) => times === 1);

describe('The TypeScript client', () => {
  test('sends an event after its interval, with an id, a time, its key and its app', async () => {
    start({ app: 'send' }).report({ event_type: 'page_view', path: '/' });
    expect(client.counts()).toMatchObject({ reported: 1, waiting: 1 });
    await until(() => client.counts().accepted === 1);
    expect(server.last()).toEqual([
      {
        event_type: 'page_view',
        path: '/',
        app: 'send',
        event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        timestamp: expect.any(Number),
      },
    ]);
    expect([...server.keys]).toEqual(['the-key']);
  });

  test('sends a full batch at once, and never more together', async () => {
    start({ interval: 60_000, batch: 50 });
    report(120);
    await until(() => server.taken.size === 120);
    expect(server.requests).toEqual([50, 50, 20]);
  });

  test('sends what is left when it is closed, and drops what comes later', async () => {
    start({ interval: 60_000 });
    report(30);
    expect(await client.close()).toEqual({ reported: 30, accepted: 30, refused: 0, dropped: 0, waiting: 0 });
    report(1);
    expect(client.counts()).toMatchObject({ reported: 31, dropped: 1, waiting: 0 });
  });

  test.each([
    ['is down for a while (500)', [{ status: 500 }, { status: 503 }, 'accept']],
    ['has too much to do (429)', [{ status: 429, retryAfter: 0 }, 'accept']],
    ['takes a part', ['partial', 'partial', 'accept']],
    ['says what nobody can read', ['garbled', 'accept']],
    ['says nothing', ['hang', 'accept']],
    ['does not know the key for a while', [{ status: 401 }, 'accept']],
  ] as const)('loses nothing where the server %s', async (_what, behaviours) => {
    start();
    server.behave(...behaviours);
    report(40);
    await until(() => client.counts().waiting === 0);
    expect(server.taken.size).toBe(40);
    expect(client.counts()).toMatchObject({ accepted: 40, refused: 0, dropped: 0 });
  });

  test('sends the same ids again after an answer was lost', async () => {
    start();
    server.behave('lose', 'accept');
    report(5);
    await until(() => client.counts().accepted === 5);
    expect(server.taken.size).toBe(5);
    expect(takenOnce()).toBe(false);
  });

  test('waits as long as the server asks for', async () => {
    start();
    server.behave({ status: 429, retryAfter: 1 }, 'accept');
    const started = Date.now();
    report(1);
    await until(() => client.counts().accepted === 1);
    expect(Date.now() - started).toBeGreaterThan(950);
  });

  test('gives up events that the server refuses, and says so', async () => {
    start();
    server.behave('refuse-one', 'refuse-all');
    report(4);
    await until(() => client.counts().waiting === 0);
    expect(client.counts()).toMatchObject({ accepted: 3, refused: 1 });
    report(2);
    await until(() => client.counts().waiting === 0);
    expect(client.counts()).toMatchObject({ accepted: 3, refused: 3 });
    expect(problems.join()).toContain('planned');
  });

  test('sends less together where a proxy takes less', async () => {
    start();
    server.behave('too-large');
    report(64);
    await until(() => server.taken.size === 64);
    expect(takenOnce()).toBe(true);
  });

  test('follows no redirect, which would carry the key to another host, and says so', async () => {
    const other = await eventsServer();
    try {
      start();
      for (const status of [301, 302, 303, 307, 308]) {
        server.behave({ status, location: `${other.url}/api/events` }, 'accept');
        report(1);
        await until(() => client.counts().waiting === 0);
      }
      expect(other.requests).toEqual([]);
      expect(client.counts()).toMatchObject({ accepted: 5, refused: 0, dropped: 0 });
      expect(problems).toHaveLength(5);
      expect(problems[3]).toContain('redirect (307)');
    } finally {
      await other.close();
    }
  });

  test.each([
    ['', '/api/events'],
    ['/', '/api/events'],
    ['/backbone', '/backbone/api/events'],
    ['/backbone/', '/backbone/api/events'],
  ])('posts with the url …%s to %s', async (path, expected) => {
    start({ url: `${server.url}${path}` });
    report(1);
    await until(() => client.counts().accepted === 1);
    expect([...server.paths]).toEqual([expected]);
  });

  test('halves what was too large, and gives up a single event that is, counted', async () => {
    start({ interval: 60_000 });
    server.behave({ largest: 5_000 });
    report(7);
    report(1, { user_agent: 'x'.repeat(10_000) });
    report(8);
    await client.flush();
    expect(client.counts()).toEqual({ reported: 16, accepted: 15, refused: 1, dropped: 0, waiting: 0 });
    expect(server.requests.slice(0, 2)).toEqual([16, 8]);
    expect(takenOnce()).toBe(true);
    expect(problems.join()).toContain('413');
  });

  test('sends less together where a large body breaks the connection, and more again after a while', async () => {
    start({ batch: 40 });
    server.behave({ breaksBeyond: 70_000 });
    report(40, { user_agent: 'x'.repeat(5_000) });
    await until(() => client.counts().accepted === 40);
    expect(takenOnce()).toBe(true);
    expect(Math.max(...server.requests)).toBe(10);
    report(400);
    await until(() => client.counts().waiting === 0);
    expect(Math.max(...server.requests)).toBeGreaterThan(10);
  });

  test('keeps the newest while the server is down, and counts what it dropped', async () => {
    start({ most: 100, batch: 10 });
    await server.close();
    report(1_000);
    await until(() => problems.some((problem) => problem.includes('could not be sent')));
    expect(client.counts()).toMatchObject({ reported: 1_000, dropped: 900, waiting: 100 });
    server = await eventsServer(Number(new URL(server.url).port));
    await until(() => client.counts().waiting === 0);
    expect([...server.taken.keys()]).toHaveLength(100);
    expect(client.counts()).toMatchObject({ accepted: 100, dropped: 900 });
  });

  test('has a bound for characters, too', () => {
    start({ mostCharacters: 10_000, interval: 60_000 });
    report(1_000, { user_agent: 'x'.repeat(500) });
    expect(client.counts().waiting).toBeLessThan(20);
    expect(client.counts().dropped).toBe(1_000 - client.counts().waiting);
  });

  test('ends in time with a server that does not answer, and counts what it dropped', async () => {
    start({ timeout: 60_000, interval: 60_000 });
    server.behave('hang');
    report(10);
    const started = Date.now();
    expect(await client.close(200)).toMatchObject({ accepted: 0, dropped: 10, waiting: 0 });
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  test('throws nothing into the application, whatever it is given', async () => {
    start({
      interval: 60_000,
      onProblem: () => {
        throw new Error('a mistake of the application');
      },
    });
    const circle: Record<string, unknown> = { event_type: 'x' };
    circle.self = circle;
    for (const strange of [circle, { event_type: 1n }, null, undefined, { event_type: 'x'.repeat(40_000) }])
      expect(() => client.report(strange as never)).not.toThrow();
    server.behave({ status: 500 });
    await expect(client.flush()).resolves.toBeUndefined();
  });

  test('keeps one request under way, however often it is flushed', async () => {
    start({ interval: 60_000, batch: 1_000 });
    report(10);
    await Promise.all([client.flush(), client.flush(), client.flush()]);
    expect(server.requests).toEqual([10]);
  });
});
