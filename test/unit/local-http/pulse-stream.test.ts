import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adminKey, createLog, httpLambda, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { createLocalServer, type LocalServer } from '../../../local/http/index.ts';

let requests = 0;
let asked = 0;
let keys = [adminKey('key')];

// What the stream pushes is what this route answers: the stream knows nothing else of it.
const pulse = route({
  method: 'GET',
  path: '/api/analytics/pulse',
  scope: 'traffic:read',
  summary: 'Pulse',
  query: z.object({ minutes: z.string().regex(/^\d+$/, 'minutes').optional() }),
  answer: z.unknown(),
  handle: async ({ query }) => {
    asked++;
    return { answer: { computed_at: asked, active_requests: requests, minutes: query.minutes ?? '5' } };
  },
});

const log = createLog({ level: 'error', write: () => {}, now: () => 0 });
const handler = httpLambda({ name: 'test', log, routes: [pulse], keyring: () => keys });
let server: LocalServer;

const serve = () =>
  createLocalServer({
    handler,
    assets: new Map(),
    port: 0,
    log,
    pulse: { interval: 20, most: 3 },
  });

beforeAll(async () => {
  server = await serve();
});
afterAll(() => server.close());

const open = (query = '', { url } = server, init: RequestInit = {}) =>
  fetch(`${url}/api/analytics/stream${query}`, { headers: { 'x-api-key': 'key' }, ...init });

/** The next events of a stream, as objects. */
function eventsOf(answer: Response) {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next(): Promise<Record<string, unknown> | undefined> {
      while (!text.includes('\n\n')) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        text += value;
      }
      const [event = ''] = text.split('\n\n', 1);
      text = text.slice(event.length + 2);
      const [name, data] = event.split('\ndata: ');
      expect(name).toBe('event: pulse');
      return JSON.parse(data!);
    },
    cancel: () => reader.cancel(),
  };
}

describe('the stream of pulses', () => {
  test('sends one at once and then what changed', async () => {
    const answer = await open('?minutes=7');
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(answer);
    expect(await events.next()).toMatchObject({ active_requests: requests, minutes: '7' });
    const before = asked;
    while (asked < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
    requests++;
    expect(await events.next()).toMatchObject({ active_requests: requests, minutes: '7' });
    await events.cancel();
  });

  test('answers what the pulse refuses as the pulse does', async () => {
    const wrong = await open('?minutes=x');
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: expect.any(String) } }]);
    expect((await open('', server, { headers: {} })).status).toBe(401);
    const foreign = { 'x-api-key': 'key', origin: 'https://evil.example' };
    expect((await open('', server, { headers: foreign })).status).toBe(403);
  });

  test('stops looking when nobody listens any more, and then has room again', async () => {
    const open3 = await Promise.all([open(), open(), open()]);
    const refused = await open();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    await Promise.all(open3.map((answer) => answer.body!.cancel()));
    await expectSoon(async () => (await closeAfter(open())) === 200);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(asked).toBe(before);
  });

  test('ends when its key opens no longer', async () => {
    const events = eventsOf(await open());
    await events.next();
    keys = [];
    expect(await events.next()).toBeUndefined();
    keys = [adminKey('key')];
  });

  test('ends when the server stops, without waiting for anybody', async () => {
    const other = await serve();
    const events = eventsOf(await open('', other));
    await events.next();
    const started = performance.now();
    await other.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await events.next()).toBeUndefined();
  });
});

async function closeAfter(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

async function expectSoon(is: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 50; round++) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to pass');
}
