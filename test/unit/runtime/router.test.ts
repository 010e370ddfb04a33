import { describe, expect, test } from '@jest/globals';
import {
  adminKey,
  createLog,
  httpLambda,
  keyHash,
  resultOf,
  route,
  schema as z,
} from '@sgraph-backbone/layer/runtime';
import { ask } from './http-events.ts';

const shelf = route({
  method: 'GET',
  path: '/api/shelves/{shelf}',
  scope: 'traffic:read',
  summary: 'Books of a shelf',
  query: z.object({
    order: z.enum(['title', 'year']).default('title'),
    limit: z
      .string()
      .refine((text) => /^[1-9]\d?$/.test(text), { error: 'a whole number from 1 to 99' })
      .transform(Number)
      .optional(),
  }),
  answer: z.object({
    shelf: z.string(),
    order: z.string(),
    limit: z.number().optional(),
    books: z.array(z.string()),
  }),
  csv: ({ books }) => ({ columns: ['book', 'pages'], rows: books.map((book) => [book, -1]) }),
  handle: async ({ path, query }) => ({
    answer: { shelf: path.shelf, ...query, books: ['=1+1', 'a "b", c'] },
  }),
});

const versioned = route({
  method: 'GET',
  path: '/api/versioned',
  scope: 'public',
  summary: 'Changes its time, not its meaning',
  answer: z.object({ at: z.number() }),
  handle: async () => ({ answer: { at: Math.random() }, version: 'v1' }),
});

const order = route({
  method: 'POST',
  path: '/api/orders',
  scope: 'pipeline:write',
  summary: 'Order a book',
  body: z.strictObject({
    title: z.string(),
    copies: z.number().int().min(1, 'a whole number from 1').default(1),
  }),
  answer: z.object({ title: z.string(), copies: z.number() }),
  handle: async ({ body }) => ({ answer: body, status: 202 }),
});

const broken = route({
  method: 'GET',
  path: '/api/broken',
  scope: 'public',
  summary: 'Always fails',
  answer: z.unknown(),
  handle: async () => {
    throw new Error('the disk said secret-path-17');
  },
});

const greedy = route({
  method: 'GET',
  path: '/api/files/{path+}',
  scope: 'public',
  summary: 'Greedy',
  answer: z.object({ path: z.string() }),
  handle: async ({ path }) => ({ answer: { path: path.path } }),
});

const lines: string[] = [];
const handler = httpLambda({
  name: 'test',
  log: createLog({ level: 'info', write: (line) => lines.push(line), now: () => 0 }),
  routes: [greedy, shelf, versioned, order, broken],
  keyring: () => [
    adminKey('the-admin-key'),
    { name: 'reader', hash: keyHash('reader'), scopes: ['traffic:read'] },
  ],
});

describe('routing', () => {
  test('a path parameter and defaults reach the handler', async () => {
    const { status, json } = await ask(handler, '/api/shelves/sci%20fi?limit=7');
    expect({ status, json }).toEqual({
      status: 200,
      json: { shelf: 'sci fi', order: 'title', limit: 7, books: ['=1+1', 'a "b", c'] },
    });
  });
  test('a greedy parameter takes the rest of the path, slashes included', async () => {
    expect((await ask(handler, '/api/files/a/b%2520c/d.json')).json).toEqual({ path: 'a/b%20c/d.json' });
  });
  test('an unknown path is 404 and names where the paths are listed', async () => {
    const { status, json } = await ask(handler, '/api/nowhere');
    expect(status).toBe(404);
    expect(json.error).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('/api/openapi.json'),
    });
  });
  test('a wrong method is 405 with Allow', async () => {
    const { status, headers } = await ask(handler, '/api/orders', { method: 'DELETE' });
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST' });
  });
  test('HEAD answers what GET does, without the body', async () => {
    const { status, text, headers } = await ask(handler, '/api/versioned', { method: 'HEAD' });
    expect({ status, text, type: headers['content-type'] }).toEqual({
      status: 200,
      text: '',
      type: 'application/json; charset=utf-8',
    });
  });
});

describe('keys', () => {
  test('no key is 401 and says how to send one', async () => {
    const { status, json, headers } = await ask(handler, '/api/shelves/a', { headers: { 'x-api-key': '' } });
    expect({ status, challenge: headers['www-authenticate'] }).toEqual({ status: 401, challenge: 'Bearer' });
    expect(json.error.message).toContain('x-api-key');
  });
  test('an unknown key is 401', async () => {
    expect((await ask(handler, '/api/shelves/a', { headers: { 'x-api-key': 'guess' } })).status).toBe(401);
  });
  test('a bearer token is as good as x-api-key', async () => {
    const headers = { 'x-api-key': '', authorization: 'bearer reader' };
    expect((await ask(handler, '/api/shelves/a', { headers })).status).toBe(200);
  });
  test('a key without the scope is 403 and the scope is named', async () => {
    const { status, json } = await ask(handler, '/api/orders', {
      method: 'POST',
      headers: { 'x-api-key': 'reader' },
      body: { title: 'x' },
    });
    expect(status).toBe(403);
    expect(json.error).toMatchObject({ code: 'missing_scope', details: { missing: 'pipeline:write' } });
  });
});

describe('input', () => {
  test('an unknown parameter is refused by name, with the nearest known one', async () => {
    const { status, json } = await ask(handler, '/api/shelves/a?limt=3');
    expect(status).toBe(400);
    expect(json.error).toEqual({
      code: 'unknown_parameter',
      message: 'unknown parameter "limt" (did you mean "limit"?); accepted: order, limit, format',
      details: { names: ['limt'], accepted: ['order', 'limit', 'format'] },
    });
  });
  test('every malformed value is named with what was given and what is accepted', async () => {
    const { status, json } = await ask(handler, '/api/shelves/a?limit=many&order=colour');
    expect(status).toBe(400);
    expect(json.error.details.problems).toEqual([
      { name: 'order', given: 'colour', accepted: 'title, year' },
      { name: 'limit', given: 'many', accepted: 'a whole number from 1 to 99' },
    ]);
  });
  test('a parameter given twice is refused', async () => {
    expect(
      (await ask(handler, '/api/shelves/a?limit=1&limit=2')).json.error.details.problems[0].given,
    ).toEqual(['1', '2']);
  });
  test('a body is validated, defaults filled in, and the route chooses the status', async () => {
    const { status, json } = await ask(handler, '/api/orders', { method: 'POST', body: { title: 'x' } });
    expect({ status, json }).toEqual({ status: 202, json: { title: 'x', copies: 1 } });
  });
  test('a missing member and a wrong one are named', async () => {
    const { json } = await ask(handler, '/api/orders', { method: 'POST', body: { copies: 0 } });
    expect(json.error.details.problems).toEqual([
      { name: 'title', accepted: 'a value of type string' },
      { name: 'copies', given: 0, accepted: 'a whole number from 1' },
    ]);
  });
  test('an unknown member of a body is refused by name', async () => {
    const { json } = await ask(handler, '/api/orders', { method: 'POST', body: { title: 'x', copy: 1 } });
    expect(json.error).toMatchObject({ code: 'unknown_member', details: { names: ['copy'] } });
  });
  test('what is not JSON is 400, what does not say so is 415, what is too large is 413', async () => {
    const post = (body: string, type = 'application/json') =>
      ask(handler, '/api/orders', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('{')).status).toBe(400);
    expect((await post('a=b', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await post(JSON.stringify({ title: 'x'.repeat(1_100_000) }))).status).toBe(413);
  });
});

describe('answers', () => {
  test('CSV by parameter or by Accept: quoted, and no cell that starts a formula', async () => {
    const byName = await ask(handler, '/api/shelves/a?format=csv');
    const byHeader = await ask(handler, '/api/shelves/a', { headers: { accept: 'text/csv, */*;q=0.1' } });
    expect(byName.text).toBe('book,pages\r\n\'=1+1,-1\r\n"a ""b"", c",-1\r\n');
    expect(byHeader.text).toBe(byName.text);
    expect(byName.headers['content-type']).toMatch(/^text\/csv/);
  });
  test('an unknown format is refused, and CSV where there is none is an unknown parameter', async () => {
    expect((await ask(handler, '/api/shelves/a?format=xml')).status).toBe(400);
    expect((await ask(handler, '/api/versioned?format=csv')).json.error.code).toBe('unknown_parameter');
  });
  test('an unchanged version answers 304, although the answer holds another time', async () => {
    const first = await ask(handler, '/api/versioned');
    const again = await ask(handler, '/api/versioned', { headers: { 'if-none-match': first.headers.etag! } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    const other = await ask(handler, '/api/versioned', { headers: { 'if-none-match': 'W/"other"' } });
    expect(other.status).toBe(200);
  });
  test('JSON and CSV of one answer have different ETags', async () => {
    const json = await ask(handler, '/api/shelves/a');
    const csv = await ask(handler, '/api/shelves/a', { headers: { accept: 'text/csv' } });
    expect(json.headers.etag).not.toBe(csv.headers.etag);
  });
  test('an unexpected failure is 500 without its reason, which goes to the log', async () => {
    lines.length = 0;
    const { status, text, json } = await ask(handler, '/api/broken');
    expect(status).toBe(500);
    expect(text).not.toContain('secret-path-17');
    expect(json.error.details).toEqual({ request_id: 'request-1' });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'error',
      function: 'test',
      request_id: 'request-1',
      error: { name: 'Error', message: 'the disk said secret-path-17' },
    });
  });
  test('bytes travel as base64', () => {
    const result = resultOf({ status: 200, headers: {}, body: Uint8Array.of(0, 255) });
    expect(result).toMatchObject({ isBase64Encoded: true, body: 'AP8=' });
  });
});
