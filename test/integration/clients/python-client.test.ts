import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EventsServer, eventsServer } from './events-server.ts';

const PROGRAM = resolve(import.meta.dirname, 'asgi_application.py');

/** The first Python that has a module; Debian's own knows Debian's packages. */
function pythonWith(module: string): string | undefined {
  const candidates = [process.env.PYTHON, '/usr/bin/python3', 'python3'];
  return candidates.find((one) => one && spawnSync(one, ['-c', `import ${module}`]).status === 0);
}

const PYTHON = pythonWith('asyncio');
const WITH_FASTAPI = pythonWith('fastapi');

interface Ran {
  readonly answers: readonly { status?: number; body?: string; raised?: string; child?: number }[];
  readonly counts: { reported: number; accepted: number; refused: number; dropped: number; waiting: number };
  readonly longest: number;
  readonly warnings: readonly string[];
}

let server: EventsServer;

beforeEach(async () => {
  server = await eventsServer();
});
afterEach(() => server.close());

async function run(python: string, orders: Record<string, unknown>): Promise<Ran> {
  const child = spawn(python, ['-I', PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 });
  child.stdin.end(`${JSON.stringify({ url: server.url, key: 'the-key', app: 'plain', ...orders })}\n`);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((ended) => child.once('close', ended)),
  ]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Ran;
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const BROWSER = [
  ['User-Agent', FIREFOX],
  ['Referer', 'https://news.example.org/'],
] as const;

if (PYTHON === undefined) test.skip('no Python 3 on this machine: its client is not tested', () => undefined);
else
  describe('The Python client', () => {
    const ask = (orders: Record<string, unknown>) => run(PYTHON, orders);

    test('reports every request, and leaves the application as it is', async () => {
      const { answers, counts } = await ask({ requests: [['/', BROWSER]], query: 'utm_source=news&x=1' });
      expect(answers).toEqual([{ status: 200, body: '1234567' }]);
      expect(counts).toEqual({ reported: 1, accepted: 1, refused: 0, dropped: 0, waiting: 0 });
      expect(server.last()).toEqual([
        {
          event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          event_type: 'page_view',
          timestamp: expect.any(Number),
          method: 'GET',
          path: '/?utm_source=news&x=1',
          status_code: 200,
          duration_ms: expect.any(Number),
          content_bytes: 7,
          ip: '203.0.113.9',
          user_agent: FIREFOX,
          referrer: 'https://news.example.org/',
        },
      ]);
      expect([...server.keys]).toEqual(['the-key']);
    });

    test('reports a failure as 500 and lets it pass, and what is not a page as an API call', async () => {
      const { answers, counts } = await ask({
        requests: [
          ['/fails', []],
          ['/gone', []],
          ['/api/x', []],
        ],
      });
      expect(answers[0]).toEqual({ raised: 'a mistake of the application', body: '' });
      expect(counts.accepted).toBe(3);
      const told = server.last().map(({ event_type, status_code }) => [event_type, status_code]);
      expect(told).toEqual([
        ['api_call', 500],
        ['api_call', 404],
        ['api_call', 200],
      ]);
    });

    test.each([
      [0, '198.51.100.1, 198.51.100.2', '203.0.113.9'],
      [1, '198.51.100.1, 198.51.100.2', '198.51.100.2'],
      [2, '198.51.100.1, 198.51.100.2', '198.51.100.1'],
      [9, '198.51.100.1', '198.51.100.1'],
      [1, 'nobody', undefined],
    ])(
      'with %s trusted proxies takes from X-Forwarded-For "%s" the visitor %s',
      async (proxies, passed, ip) => {
        const requests = [['/', [['x-forwarded-for', passed]]]];
        await ask({ requests, middleware: { trusted_proxies: proxies } });
        expect(server.last()[0]!.ip).toBe(ip);
      },
    );

    test('reports no address where there is none', async () => {
      expect((await ask({ requests: [['/', []]], client: ['testclient', 1] })).counts.accepted).toBe(1);
      expect(server.last()[0]).not.toHaveProperty('ip');
    });

    test.each([
      ['is down for a while (500)', [{ status: 500 }, { status: 503 }, 'accept']],
      ['has too much to do (429)', [{ status: 429, retryAfter: 0 }, 'accept']],
      ['takes a part', ['partial', 'partial', 'accept']],
      ['says what nobody can read', ['garbled', 'accept']],
      ['says nothing', ['hang', 'accept']],
      ['redirects', [{ status: 302 }, 'accept']],
      ['takes less together', ['too-large']],
    ] as const)('loses nothing where the server %s', async (_what, behaviours) => {
      server.behave(...behaviours);
      const { counts } = await ask({ requests: [['/api/x', []]], times: 40, rest: 0.3 });
      expect(counts).toEqual({ reported: 40, accepted: 40, refused: 0, dropped: 0, waiting: 0 });
      expect(server.taken.size).toBe(40);
    });

    test('sends the same ids again after an answer was lost', async () => {
      server.behave('lose', 'accept');
      const { counts } = await ask({ requests: [['/api/x', []]], times: 5 });
      expect(counts).toMatchObject({ accepted: 5, dropped: 0 });
      expect(server.taken.size).toBe(5);
      expect(Math.max(...server.taken.values())).toBe(2);
    });

    test('follows no redirect, which would carry the key to another host, and says so', async () => {
      const other = await eventsServer();
      try {
        const redirects = [301, 302, 303, 307, 308].map((status) => ({
          status,
          location: `${other.url}/api/events`,
        }));
        server.behave(...redirects, 'accept');
        const { counts, warnings } = await ask({ requests: [['/api/x', []]], rest: 5 });
        expect(other.requests).toEqual([]);
        expect(counts).toMatchObject({ accepted: 1, refused: 0, dropped: 0 });
        expect(warnings).toHaveLength(5);
        expect(warnings[3]).toContain('redirect (307)');
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
      await ask({ url: `${server.url}${path}`, requests: [['/api/x', []]] });
      expect([...server.paths]).toEqual([expected]);
    });

    test('halves what was too large, and gives up a single event that is, counted', async () => {
      server.behave({ largest: 3_500 });
      const small = ['/api/x', []];
      const large = ['/api/x', [...['User-Agent', 'Referer'].map((name) => [name, 'x'.repeat(2_000)])]];
      const requests = [...Array(7).fill(small), large, ...Array(8).fill(small)];
      const { counts, warnings } = await ask({ requests, options: { interval: 60 } });
      expect(counts).toEqual({ reported: 16, accepted: 15, refused: 1, dropped: 0, waiting: 0 });
      expect(server.requests.slice(0, 2)).toEqual([16, 8]);
      expect([...server.taken.values()].every((times) => times === 1)).toBe(true);
      expect(warnings.join()).toContain('413');
    });

    test('sends less together where a large body breaks the connection, and more again after a while', async () => {
      server.behave({ breaksBeyond: 70_000 });
      const large = ['/api/x', [...['User-Agent', 'Referer'].map((name) => [name, 'x'.repeat(2_000)])]];
      const options = { batch: 40, interval: 60 };
      const requests = [...Array(40).fill(large), ...Array(400).fill(['/api/x', []])];
      const { counts } = await ask({ requests, options });
      expect(counts).toMatchObject({ accepted: 440, refused: 0, dropped: 0 });
      expect([...server.taken.values()].every((times) => times === 1)).toBe(true);
      expect(server.requests[0]).toBe(10);
      expect(Math.max(...server.requests)).toBeGreaterThan(10);
    });

    test('gives up events that the server refuses, and says so in its log', async () => {
      server.behave('refuse-one', 'refuse-all');
      const options = { batch: 3, interval: 60 };
      const { counts, warnings } = await ask({ requests: [['/api/x', []]], times: 5, rest: 0.2, options });
      expect(counts).toEqual({ reported: 5, accepted: 2, refused: 3, dropped: 0, waiting: 0 });
      expect(warnings.join()).toContain('planned');
    });

    test('keeps the newest while the server is down, makes no request wait, and ends in time', async () => {
      await server.close();
      const options = { most: 100, batch: 10 };
      const started = Date.now();
      const { counts, longest } = await ask({ requests: [['/api/x', []]], times: 1_000, options });
      expect(counts).toEqual({ reported: 1_000, accepted: 0, refused: 0, dropped: 1_000, waiting: 0 });
      expect(longest).toBeLessThan(0.25);
      expect(Date.now() - started).toBeLessThan(10_000);
      server = await eventsServer();
    });

    test('has a bound for bytes, too', async () => {
      const options = { most_bytes: 10_000, interval: 60 };
      const { counts, warnings } = await ask({ requests: [['/', BROWSER]], times: 100, options });
      expect(counts.accepted).toBeLessThan(40);
      expect(counts.accepted + counts.dropped).toBe(100);
      expect(warnings.join()).toContain('no room');
    });

    test('sends what is left at exit, also of an application without a lifespan', async () => {
      await ask({ requests: [['/api/x', []]], times: 7, options: { interval: 60 }, exit: true });
      expect(server.taken.size).toBe(7);
    });

    test('goes on in a forked worker, where no event is sent twice', async () => {
      const requests = [
        ['/api/x', []],
        ['/api/y', []],
      ];
      const { answers } = await ask({ requests, options: { interval: 60 }, fork: true });
      expect(answers).toEqual([{ child: 0 }]);
      expect([...server.taken.values()]).toEqual([1, 1, 1, 1]);
    });
  });

if (WITH_FASTAPI === undefined)
  test.skip('no FastAPI on this machine (python3-fastapi): the middleware is tested on plain ASGI alone', () =>
    undefined);
else
  test('The Python client reports the requests of a FastAPI application behind a proxy', async () => {
    const headers = [...BROWSER, ['x-forwarded-for', '198.51.100.7']];
    const requests = [
      ['/', headers],
      ['/api/files/a', headers],
      ['/fails', headers],
      ['/nowhere', headers],
    ];
    const { answers, counts } = await run(WITH_FASTAPI, { app: 'fastapi', requests });
    expect(answers.map(({ status, raised }) => raised ?? status)).toEqual([
      200,
      200,
      'a mistake of the application',
      404,
    ]);
    expect(counts).toMatchObject({ reported: 4, accepted: 4 });
    const told = server
      .last()
      .map(({ event_type, path, status_code, ip }) => [event_type, path, status_code, ip]);
    expect(told).toEqual([
      ['page_view', '/', 200, '198.51.100.7'],
      ['api_call', '/api/files/a', 200, '198.51.100.7'],
      ['api_call', '/fails', 500, '198.51.100.7'],
      ['api_call', '/nowhere', 404, '198.51.100.7'],
    ]);
  });
