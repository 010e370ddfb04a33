import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adminKey, createLog, httpLambda, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { createLocalServer, type LocalServer } from '../../../local/http/index.ts';

const echo = route({
  method: 'POST',
  path: '/api/echo/{path+}',
  scope: 'admin',
  summary: 'Says what arrived',
  query: z.object({ q: z.string().optional() }),
  body: z.object({ text: z.string() }),
  answer: z.unknown(),
  handle: async ({ path, query, body }) => ({ answer: { path: path.path, query, body } }),
});

const log = createLog({ level: 'error', write: () => {}, now: () => 0 });
const handler = httpLambda({ name: 'test', log, routes: [echo], keyring: () => [adminKey('key')] });
const assets = new Map([
  ['/index.html', { bytes: Buffer.from('<!doctype html>'), contentType: 'text/html; charset=utf-8' }],
  ['/app-1A2B3C4D.js', { bytes: Buffer.from('1'), contentType: 'text/javascript' }],
]);
let server: LocalServer;

beforeAll(async () => {
  server = await createLocalServer({ handler, assets, port: 0, log });
});
afterAll(() => server.close());

/** `fetch` can't send a foreign Host; this can. */
function raw(path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${server.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject).end();
  });
}

function post(path: string, body: string, headers: Record<string, string> = {}) {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': 'key', 'content-type': 'application/json', ...headers },
    body,
  });
}

const run = promisify(execFile);

/** In a process of its own, since this one takes turns at sending and reading. */
const TWENTY_LARGE = `
  const answers = [];
  for (let round = 0; round < 20; round++) {
    const headers = { 'x-api-key': 'key', 'content-type': 'application/json' };
    const large = 'x'.repeat(10_000_000);
    const body = round % 2 === 0 ? large : new Blob([large]).stream();
    await fetch(process.argv[1], { method: 'POST', headers, body, duplex: 'half' })
      .then(async (answer) => answers.push(answer.status + ' ' + (await answer.json()).error.code))
      .catch((error) => answers.push(String(error.cause ?? error)));
  }
  console.log(JSON.stringify(answers));`;

describe('the local server', () => {
  test('hands a request to the deployed handler and its answer back', async () => {
    const answer = await post('/api/echo/a%20b/c+d?q=1%202', JSON.stringify({ text: 'grüße' }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ path: 'a b/c+d', query: { q: '1 2' }, body: { text: 'grüße' } });
  });
  test('serves the page with a strict policy on every answer', async () => {
    for (const path of ['/', '/api/echo/x', '/missing']) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('set-cookie')).toBeNull();
    }
  });
  test('hashed names are kept for ever, the page is asked for again and answers 304', async () => {
    const script = await fetch(`${server.url}/app-1A2B3C4D.js`);
    expect(script.headers.get('cache-control')).toContain('immutable');
    const page = await fetch(server.url);
    const again = await fetch(server.url, { headers: { 'if-none-match': page.headers.get('etag')! } });
    expect(again.status).toBe(304);
  });
  test('a file that is not there is 404 and never one outside the page', async () => {
    expect((await raw('/../package.json', {})).status).toBe(404);
    expect((await raw('/%2e%2e/package.json', {})).status).toBe(404);
  });
  test('a foreign Host is refused (DNS rebinding), for the page too', async () => {
    const answer = await raw('/', { host: 'evil.example:80' });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).error.code).toBe('foreign_host');
  });
  test('localhost is as good as 127.0.0.1', async () => {
    expect((await raw('/', { host: `localhost:${new URL(server.url).port}` })).status).toBe(200);
  });
  test('pages of other origins are refused by the API', async () => {
    const answers = await Promise.all([
      post('/api/echo/x', '{"text":"x"}', { origin: 'https://evil.example' }),
      post('/api/echo/x', '{"text":"x"}', { 'sec-fetch-site': 'cross-site' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect((await post('/api/echo/x', '{"text":"x"}', { origin: server.url })).status).toBe(200);
  });
  test('a body over the limit is 413, announced or not', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    expect((await post('/api/echo/x', large)).status).toBe(413);
    const stream = new Blob([large]).stream();
    const chunked = { method: 'POST', headers: { 'x-api-key': 'key' }, body: stream, duplex: 'half' };
    const answer = await fetch(`${server.url}/api/echo/x`, chunked as RequestInit);
    expect(answer.status).toBe(413);
    expect((await answer.json()) as object).toMatchObject({ error: { code: 'too_large' } });
  });
  test('a program that is still sending a large body gets the 413, every time', async () => {
    const { stdout } = await run(process.execPath, ['--eval', TWENTY_LARGE, `${server.url}/api/echo/x`]);
    expect(JSON.parse(stdout)).toEqual(Array.from({ length: 20 }, () => '413 too_large'));
  }, 30_000);
  test('a client that sends no end of a body gets the 413 too, after five seconds', async () => {
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'x-api-key': 'key', 'content-length': '10000000' };
      const request = httpRequest(`${server.url}/api/echo/x`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject).write('x');
    });
    expect(await answered).toBe(413);
  }, 10_000);
  test('a path that is not percent-encoded UTF-8 is 400', async () => {
    expect((await raw('/%ff', {})).status).toBe(400);
  });
  test('writing to the page is 405', async () => {
    const answer = await post('/', '');
    expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET, HEAD',
    });
  });
});

test('a taken port and a host that is not loopback are refused by name', async () => {
  const port = Number(new URL(server.url).port);
  await expect(createLocalServer({ handler, assets, port, log })).rejects.toThrow(`port ${port} is taken`);
  await expect(createLocalServer({ handler, assets, port: 0, host: '0.0.0.0', log })).rejects.toThrow(
    'loopback',
  );
});

test('closing lets a running request finish', async () => {
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const slow = route({
    method: 'GET',
    path: '/api/slow',
    scope: 'public',
    summary: 'Slow',
    answer: z.string(),
    handle: async () => {
      started();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { answer: 'done' };
    },
  });
  const slowHandler = httpLambda({ name: 'slow', log, routes: [slow], keyring: () => [] });
  const closing = await createLocalServer({ handler: slowHandler, assets, port: 0, log });
  const answer = fetch(`${closing.url}/api/slow`);
  await running;
  await closing.close();
  expect(await (await answer).json()).toBe('done');
});
