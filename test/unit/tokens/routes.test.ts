import { beforeEach, describe, expect, test } from '@jest/globals';
import { hashOfString } from '@sgraph-backbone/layer/cache';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { readAuditPage } from '@sgraph-backbone/layer/ledger';
import { adminKey, type HttpEvent, keyHash } from '@sgraph-backbone/layer/runtime';
import { Conflict, writeJson } from '@sgraph-backbone/layer/store';
import decodeQR from 'qr/decode.js';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import { aroundObjectStore } from '../../stores/index.ts';
import { createSite, SETTINGS, type Site } from '../admin-api/site.ts';
import { pixelsOf } from './svg-pixels.ts';
import { NOON } from './token-store.ts';

let site: Site;
let api: ReturnType<typeof createAdminApi>;
let events: PrivateEvent[];

beforeEach(newSite);

async function newSite(): Promise<void> {
  site = await createSite({ site_url: 'https://send.example.org/en/' });
  site.clock.now = NOON;
  events = [];
  const context = site.context();
  const source = async () => ({
    ...(await context.source()),
    events: {
      take: async (given: readonly PrivateEvent[]) => {
        events.push(...given);
        return [];
      },
    },
  });
  const scoped = (name: string, scope: 'tokens:use' | 'tokens:read') => ({
    name,
    hash: keyHash(`the-${name}-key`),
    scopes: [scope],
  });
  const keys = [adminKey('the-admin-key'), scoped('user', 'tokens:use'), scoped('reader', 'tokens:read')];
  api = createAdminApi({ ...context, source, isFrozen: true, keyring: () => keys });
}

interface Options {
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

async function call(
  method: string,
  path: string,
  { body, query = '', headers = {}, key = 'admin' }: Options = {},
) {
  const answered = await api({
    rawPath: `/api/tokens${path}`,
    rawQueryString: query,
    headers: { 'x-api-key': `the-${key}-key`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: { http: { method }, stage: '$default' },
  } as unknown as HttpEvent);
  const text = answered.body ?? '';
  const isJson = String(answered.headers?.['content-type']).startsWith('application/json');
  return {
    status: answered.statusCode,
    headers: answered.headers ?? {},
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

const create = (body: Record<string, unknown>) => call('POST', '', { body });
const use = (name: string, body: Record<string, unknown> = {}) =>
  call('POST', `/${name}/use`, { body: { action: 'page_opened', ...body }, key: 'user' });

describe('POST /api/tokens', () => {
  test('makes a token, with its link and a QR code that says the same', async () => {
    const made = await create({
      name: ' Community-X ',
      usage_limit: 50,
      expires_at: '2026-03-01T00:00:00+01:00',
      metadata: { group: 'beta', rank: 1, paid: false, note: null },
    });
    expect(made).toMatchObject({
      status: 201,
      json: {
        token_name: 'community-x',
        cache_hash: hashOfString('community-x'),
        usage_limit: 50,
        usage_count: 0,
        remaining: 50,
        status: 'active',
        created_at: NOON,
        created_by: 'admin',
        expires_at: Date.parse('2026-02-28T23:00:00Z'),
        revoked_at: null,
        last_used_at: null,
        metadata: { group: 'beta', rank: 1, paid: false, note: null },
        generation: 1,
        link: 'https://send.example.org/en/?token=community-x',
      },
    });
    expect(decodeQR(pixelsOf(made.json.qr_svg))).toBe(made.json.link);
    expect(made.json.qr_svg).not.toMatch(/<script|href|on\w+=/i);
  });

  test('answers 409 with names that are free', async () => {
    await create({ name: 'community-x' });
    const taken = await create({ name: 'community-x' });
    expect(taken).toMatchObject({ status: 409, json: { error: { code: 'name_taken' } } });
    expect(taken.json.error.details.suggestions).toEqual(['community-x-2', 'community-x-3', 'community-x-4']);
  });

  test('links lead to the first host where no address of the site is set, and nowhere without', async () => {
    await writeJson(site.data, SETTINGS, { hosts: ['a.example', 'b.example'] });
    expect((await create({ name: 'one-token' })).json.link).toBe('https://a.example/?token=one-token');
    await writeJson(site.data, SETTINGS, {});
    expect((await call('GET', '/one-token')).json).toMatchObject({ link: null, qr_svg: null });
  });

  test.each([
    [{}, 'name\\" is missing'],
    [{ name: 7 }, 'name\\" can\'t be taken'],
    [{ name: 'аbc' }, 'which looks like \\"a\\"'],
    [{ name: 'bulk' }, 'is reserved'],
    [{ name: 'x'.repeat(100_000) }, '3 to 64 of a-z'],
    [{ name: 'abc', usage_limit: -1 }, 'from 0 (unlimited)'],
    [{ name: 'abc', usage_limit: 1.5 }, 'from 0 (unlimited)'],
    [{ name: 'abc', usage_limit: '5' }, 'from 0 (unlimited)'],
    [{ name: 'abc', usage_limit: 1e12 }, 'from 0 (unlimited)'],
    [{ name: 'abc', usage_limit: null }, 'from 0 (unlimited)'],
    [{ name: 'abc', expires_at: 1_771_243_200 }, 'epoch milliseconds'],
    [{ name: 'abc', expires_at: '2026-02-30T00:00:00Z' }, 'epoch milliseconds'],
    [{ name: 'abc', expires_at: '2026-03-01' }, 'epoch milliseconds'],
    [{ name: 'abc', expires_at: 1e300 }, 'epoch milliseconds'],
    [{ name: 'abc', expires_at: true }, 'epoch milliseconds'],
    [{ name: 'abc', created_by: 'x'.repeat(101) }, '1 to 100 characters'],
    [{ name: 'abc', metadata: [] }, 'at most 32 members'],
    [{ name: 'abc', metadata: { a: { b: 1 } } }, 'metadata'],
    [{ name: 'abc', metadata: { a: 'x'.repeat(501) } }, 'metadata'],
    [
      { name: 'abc', metadata: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`m${at}`, 1])) },
      '32 members',
    ],
    [{ name: 'abc', metadata: { 'a b': 1 } }, 'metadata'],
    [{ name: 'abc', limit: 5 }, 'unknown member \\"limit\\"'],
    [{ name: 'abc', usage_limits: 5 }, 'did you mean \\"usage_limit\\"'],
  ])('refuses %j', async (body, reason) => {
    const refused = await create(body);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(reason);
  });

  test('takes addresses out of texts that are kept', async () => {
    const made = await create({
      name: 'community-x',
      created_by: 'somebody@example.org',
      metadata: { contact: 'write to a.b@example.org from 192.0.2.77' },
    });
    expect(made.json).toMatchObject({
      created_by: '[email]',
      metadata: { contact: 'write to [email] from [address]' },
    });
  });
});

describe('POST /api/tokens/{name}/use', () => {
  test('answers 200 for every decision, and 404 for an unknown token', async () => {
    await create({ name: 'community-x', usage_limit: 1, expires_at: NOON + 1_000 });
    expect(await use('Community-X', { use_id: 'a' })).toMatchObject({
      status: 200,
      json: {
        success: true,
        usage_count: 1,
        remaining: 0,
        status: 'exhausted',
        rejection_reason: null,
        repeated: false,
      },
    });
    expect(await use('community-x', { use_id: 'a' })).toMatchObject({
      status: 200,
      json: { success: true, repeated: true },
    });
    const reason = async () => {
      const { status, json } = await use('community-x');
      return [status, json.success, json.rejection_reason, json.status];
    };
    expect(await reason()).toEqual([200, false, 'exhausted', 'exhausted']);
    await call('PATCH', '/community-x', { body: { usage_limit: 5 }, headers: { 'if-match': '*' } });
    await call('POST', '/community-x/pause');
    expect(await reason()).toEqual([200, false, 'paused', 'paused']);
    site.clock.now += 1_000;
    expect(await reason()).toEqual([200, false, 'expired', 'expired']);
    await call('POST', '/community-x/revoke');
    expect(await reason()).toEqual([200, false, 'revoked', 'revoked']);
    for (const name of ['nobody-knows', 'аbc', '..', '%2e%2e', 'x'.repeat(2_000), 'bulk'])
      expect(await use(name)).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
  });

  test('emits one event for a use and one for a rejection, before it answers where a process is frozen', async () => {
    await create({ name: 'community-x', usage_limit: 1 });
    await use('community-x', {
      ip: '192.0.2.77',
      country: 'PT',
      transfer_id: 'secret-transfer',
      use_id: 'a',
    });
    await use('community-x', { ip: '192.0.2.77' });
    expect(events).toMatchObject([
      { event_type: 'token_use', token: 'community-x', timestamp: NOON, country: 'PT', app: 'main' },
      { event_type: 'token_rejected', token: 'community-x', timestamp: NOON },
    ]);
    expect(events[0]!.visitor).toEqual(events[1]!.visitor);
    expect(JSON.stringify(events)).not.toMatch(/192\.0\.2\.77|secret-transfer/);
  });

  test.each([
    [{ action: 'opened' }, 'page_opened, upload_initiated, upload_completed'],
    [{ action: undefined }, 'page_opened, upload_initiated, upload_completed'],
    [{ use_id: '' }, '1 to 64 of'],
    [{ use_id: 'x'.repeat(65) }, '1 to 64 of'],
    [{ use_id: 'a b' }, '1 to 64 of'],
    [{ use_id: 7 }, '1 to 64 of'],
    [{ ip: 'hidden-secret' }, 'ip'],
    [{ ip: ['hidden-secret'] }, 'ip'],
    [{ ip: '192.0.2.1', ip_hash: 'hidden-secret-hash' }, 'ip_hash'],
    [{ country: 'Portugal' }, 'country'],
    [{ user_agent: 'hidden-secret'.repeat(10_000) }, 'user_agent'],
    [{ transfer_id: { id: 'hidden-secret' } }, 'transfer_id'],
    [{ token: 'other' }, 'unknown member'],
    [{ timestamp: NOON }, 'unknown member'],
  ])('refuses %j, counts nothing and repeats no secret', async (body, reason) => {
    await create({ name: 'community-x' });
    const refused = await use('community-x', body);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(reason);
    expect(refused.text).not.toContain('hidden-secret');
    expect((await call('GET', '/community-x')).json.usage_count).toBe(0);
  });

  test('answers 503 with Retry-After where others write the token without end, and counts nothing', async () => {
    await create({ name: 'community-x' });
    const data = aroundObjectStore(site.data, async (call, run) => {
      if (call.method !== 'put' || !call.key.includes('/records/')) return run();
      site.clock.now += 250;
      throw new Conflict('changed', call.key);
    });
    const { source, ...context } = site.context();
    const contended = createAdminApi({
      ...context,
      source: async () => ({ ...(await source()), data }),
      keyring: () => [adminKey('the-admin-key')],
    });
    const answered = await contended({
      rawPath: '/api/tokens/community-x/use',
      rawQueryString: '',
      headers: { 'x-api-key': 'the-admin-key', 'content-type': 'application/json' },
      body: '{"action":"page_opened"}',
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST' }, stage: '$default' },
    } as unknown as HttpEvent);
    expect(answered).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(answered.body!)).toMatchObject({ error: { code: 'busy' } });
    expect((await call('GET', '/community-x')).json.usage_count).toBe(0);
  });

  test('needs its own scope, which opens nothing else', async () => {
    await create({ name: 'community-x' });
    const missing = { status: 403, json: { error: { code: 'missing_scope' } } };
    expect(await call('GET', '/community-x', { key: 'user' })).toMatchObject(missing);
    expect(await call('POST', '/community-x/revoke', { key: 'user' })).toMatchObject(missing);
    const reader = await call('POST', '/community-x/use', { key: 'reader', body: { action: 'page_opened' } });
    expect(reader).toMatchObject({ status: 403, json: { error: { details: { missing: 'tokens:use' } } } });
    const writer = await call('POST', '', { key: 'reader', body: { name: 'abc' } });
    expect(writer).toMatchObject({ status: 403, json: { error: { details: { missing: 'tokens:write' } } } });
    expect(await call('GET', '', { key: 'nobody' })).toMatchObject({ status: 401 });
  });
});

describe('PATCH /api/tokens/{name}', () => {
  test('needs the ETag of what was read, and uses in between do no harm', async () => {
    await create({ name: 'community-x', usage_limit: 1 });
    const read = await call('GET', '/community-x');
    const body = { usage_limit: 2 };
    expect(await call('PATCH', '/community-x', { body })).toMatchObject({ status: 428 });
    await use('community-x');
    const etag = String(read.headers.etag);
    const patched = await call('PATCH', '/community-x', { body, headers: { 'if-match': etag } });
    expect(patched).toMatchObject({
      status: 200,
      json: { usage_limit: 2, usage_count: 1, status: 'active', generation: 2 },
    });
    expect(await call('PATCH', '/community-x', { body, headers: { 'if-match': etag } })).toMatchObject({
      status: 412,
    });
    const other = { 'if-match': '"something"' };
    expect(await call('PATCH', '/community-x', { body, headers: other })).toMatchObject({ status: 412 });
    const newer = { 'if-match': String(patched.headers.etag) };
    expect(await call('PATCH', '/community-x', { body: { metadata: {} }, headers: newer })).toMatchObject({
      status: 200,
    });
  });

  test('an answer is no longer the same once it was used, or has expired', async () => {
    await create({ name: 'community-x', expires_at: NOON + 1_000 });
    const etagNow = async () => String((await call('GET', '/community-x')).headers.etag);
    const first = await etagNow();
    const again = { headers: { 'if-none-match': first } };
    expect(await call('GET', '/community-x', again)).toMatchObject({ status: 304 });
    await use('community-x');
    expect(await call('GET', '/community-x', again)).toMatchObject({ status: 200 });
    const used = await etagNow();
    site.clock.now += 1_000;
    expect(await etagNow()).not.toBe(used);
  });

  test.each([
    [{}, 'at least one of'],
    [{ name: 'other' }, 'unknown member'],
    [{ usage_limit: -1 }, 'from 0 (unlimited)'],
    [{ state: 'revoked' }, 'unknown member'],
  ])('refuses %j', async (body, reason) => {
    await create({ name: 'community-x' });
    const refused = await call('PATCH', '/community-x', { body, headers: { 'if-match': '*' } });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(reason);
  });
});

describe('what was done to tokens', () => {
  test('is in the audit trail, with who did it; uses are not, and what was refused says so', async () => {
    await create({ name: 'community-x', usage_limit: 1 });
    await use('community-x');
    await call('PATCH', '/community-x', { body: { usage_limit: 2 }, headers: { 'if-match': '*' } });
    await call('POST', '/community-x/pause');
    await call('POST', '/community-x/resume');
    await call('POST', '/community-x/revoke');
    site.clock.now += 1;
    expect(await call('POST', '/community-x/pause')).toMatchObject({
      status: 409,
      json: { error: { code: 'wrong_state' } },
    });
    await call('POST', '/community-x/reactivate');
    expect(await call('POST', '/nobody-knows/revoke')).toMatchObject({ status: 404 });
    const { entries } = await readAuditPage(site.data, { kind: 'tokens', limit: 100 });
    const told = entries.map(({ action, actor, unfinished, nothing_done }) =>
      [action, actor, unfinished ? 'unfinished' : nothing_done ? 'nothing' : 'done'].join(' '),
    );
    expect(told.sort()).toEqual(
      [
        'tokens.create admin done',
        'tokens.edit admin done',
        'tokens.pause admin done',
        'tokens.pause admin nothing',
        'tokens.resume admin done',
        'tokens.revoke admin done',
        'tokens.revoke admin nothing',
        'tokens.reactivate admin done',
      ].sort(),
    );
  });
});

describe('GET /api/tokens', () => {
  test('lists by name, by prefix and status, page by page', async () => {
    for (const name of ['beta-1', 'beta-2', 'alpha-1', 'beta']) await create({ name });
    await call('POST', '/beta-1/revoke');
    const names = async (query: string) => {
      const { json } = await call('GET', '', { query, key: 'reader' });
      return json.tokens.map(({ token_name }: { token_name: string }) => token_name);
    };
    expect(await names('')).toEqual(['alpha-1', 'beta', 'beta-1', 'beta-2']);
    expect(await names('q=BETA')).toEqual(['beta', 'beta-1', 'beta-2']);
    expect(await names('q=beta-')).toEqual(['beta-1', 'beta-2']);
    expect(await names('status=revoked')).toEqual(['beta-1']);
    const first = await call('GET', '', { query: 'q=beta&limit=2' });
    expect(first.json.tokens).toHaveLength(2);
    expect(await names(`q=beta&limit=2&cursor=${first.json.next_cursor}`)).toEqual(['beta-2']);
    for (const query of ['q=../', 'status=dead', 'limit=0', 'cursor=x', 'page=2'])
      expect(await call('GET', '', { query })).toMatchObject({ status: 400 });
  });

  test('events are the newest first, with the predecessor’s names', async () => {
    await create({ name: 'community-x' });
    for (let index = 0; index < 5; index++) {
      site.clock.now += 1_000;
      await use('community-x', { action: 'upload_completed', ip: '192.0.2.1', transfer_id: 'the-transfer' });
    }
    const first = await call('GET', '/community-x/events', { query: 'limit=3' });
    expect(first.json.events).toMatchObject([
      {
        number: 5,
        timestamp: NOON + 5_000,
        action: 'upload_completed',
        success: true,
        rejection_reason: null,
      },
      { number: 4 },
      { number: 3 },
    ]);
    expect(first.json.events[0].ip_hash).toMatch(/^[0-9a-f]{16}$/);
    expect(first.json.events[0].transfer_hash).toMatch(/^[0-9a-f]{16}$/);
    const rest = await call('GET', '/community-x/events', {
      query: `limit=3&cursor=${first.json.next_cursor}`,
    });
    expect(rest.json).toMatchObject({ events: [{ number: 2 }, { number: 1 }], next_cursor: null });
    expect(await call('GET', '/nobody/events')).toMatchObject({ status: 404 });
  });

  test('usage is by day or by month', async () => {
    await create({ name: 'community-x' });
    await use('community-x');
    site.clock.now += 86_400_000;
    await use('community-x');
    await use('community-x');
    expect((await call('GET', '/community-x/usage')).json.points).toEqual([
      { time_key: '2026-02-16', uses: 1 },
      { time_key: '2026-02-17', uses: 2 },
    ]);
    const monthly = await call('GET', '/community-x/usage', { query: 'granularity=monthly' });
    expect(monthly.json.points).toEqual([{ time_key: '2026-02', uses: 3 }]);
    expect(await call('GET', '/community-x/usage', { query: 'granularity=hourly' })).toMatchObject({
      status: 400,
    });
  });

  test('activity tells uses by hour, visitors by day, and what is not known yet as null', async () => {
    await create({ name: 'community-x' });
    await use('community-x', { ip: '192.0.2.1' });
    await use('community-x', { ip: '192.0.2.1' });
    await use('community-x', { ip: '192.0.2.2' });
    const { json } = await call('GET', '/community-x/activity', { query: 'days=2' });
    expect(json.days).toEqual([
      { time_key: '2026-02-15', uses: 0, unique_visitors: null, rejected: null },
      { time_key: '2026-02-16', uses: 3, unique_visitors: 2, rejected: null },
    ]);
    expect(json.hours.at(-1)).toEqual({ time_key: '2026-02-16-12', uses: 3 });
    expect(json).toMatchObject({ rejected_share: null, complete: true });
    expect(await call('GET', '/community-x/activity', { query: 'days=32' })).toMatchObject({ status: 400 });
  });
});

describe('POST /api/tokens/bulk', () => {
  test('makes the good ones and refuses the others one by one', async () => {
    await create({ name: 'taken-one' });
    const body = {
      tokens: [
        { name: 'one-token', usage_limit: 5 },
        { name: 'b' },
        7,
        { name: 'taken-one' },
        { name: 'two-token', x: 1 },
      ],
    };
    const made = await call('POST', '/bulk', { body });
    expect(made.status).toBe(201);
    expect(made.json.created).toEqual([
      { index: 0, token_name: 'one-token', link: 'https://send.example.org/en/?token=one-token' },
    ]);
    expect(made.json.refused).toMatchObject([
      { index: 1, code: 'invalid_member' },
      { index: 2, code: 'invalid_member' },
      {
        index: 3,
        code: 'name_taken',
        suggestions: expect.arrayContaining(['taken-one-2']),
      },
      { index: 4, code: 'unknown_member' },
    ]);
    expect(await call('POST', '/bulk', { body: [{ name: 'b' }] })).toMatchObject({ status: 400 });
    for (const bad of [
      [],
      { tokens: [] },
      {},
      { tokens: 'x' },
      Array.from({ length: 1_001 }, () => ({ name: 'abc' })),
    ])
      expect(await call('POST', '/bulk', { body: bad })).toMatchObject({ status: 400, json: { error: {} } });
  });

  test('takes CSV, with quotes, any order of columns and any line ends', async () => {
    const body = [
      '\ufeffusage_limit,Name,metadata,expires_at',
      '5,one-token,"{""group"": ""a, b""}",2026-03-01T00:00:00Z',
      '',
      ',two-token,,',
      'many,three-token,,',
      '1,four-token,,,5',
    ].join('\r\n');
    const made = await call('POST', '/bulk', {
      body,
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    });
    expect(made.json.created).toMatchObject([
      { index: 0, token_name: 'one-token' },
      { index: 1, token_name: 'two-token' },
    ]);
    expect(made.json.refused).toMatchObject([{ index: 2 }, { index: 3 }]);
    const { json } = await call('GET', '/one-token');
    expect(json).toMatchObject({
      usage_limit: 5,
      metadata: { group: 'a, b' },
      expires_at: Date.parse('2026-03-01'),
    });
  });

  test.each([
    ['name,limit\nabc,1', 'the column "limit" is unknown'],
    ['name,somebody@example.org\nabc,1', 'column 2 is unknown;'],
    ['name,token_name\nabc,abc', 'a column is there twice'],
    ['nam\nabc', 'did you mean "name"'],
    ['usage_limit\n1', 'no column "name"'],
    ['name,name\na,b', 'a column is there twice'],
    ['name\n"abc', 'line 2: a quote is not closed'],
    ['name\n"abc"x', 'line 2'],
  ])('refuses %j', async (body, reason) => {
    const refused = await call('POST', '/bulk', { body, headers: { 'content-type': 'text/csv' } });
    expect(refused).toMatchObject({ status: 400, json: { error: { code: 'invalid_csv' } } });
    expect(refused.json.error.message).toContain(reason);
  });
});

describe('the audit entry of POST /api/tokens/bulk', () => {
  const entries = async () => (await readAuditPage(site.data, { limit: 10 })).entries;

  test('says how many were made, and which', async () => {
    await call('POST', '/bulk', { body: [{ name: 'one-token' }, { name: 'b' }, { name: 'two-token' }] });
    const [entry] = await entries();
    expect(entry).toMatchObject({
      action: 'tokens.bulk',
      detail: { tokens: 3, made: 2, names: ['one-token', 'two-token'] },
    });
    expect(entry).not.toHaveProperty('nothing_done');
    expect(entry).not.toHaveProperty('unfinished');
  });

  test('says that nothing was done where none was made', async () => {
    await call('POST', '/bulk', { body: [{ name: 'a' }, { name: 'b' }] });
    const [entry] = await entries();
    expect(entry).toMatchObject({ action: 'tokens.bulk', nothing_done: true, detail: { tokens: 2 } });
  });

  test('names no more than a hundred', async () => {
    const body = Array.from({ length: 120 }, (_, index) => ({ name: `guest-${index}` }));
    await call('POST', '/bulk', { body });
    const [entry] = await entries();
    expect(entry?.detail).toMatchObject({ made: 120 });
    expect(entry?.detail.names).toHaveLength(100);
  });
});

describe('GET /api/tokens/export.csv', () => {
  test('goes back in by POST /api/tokens/bulk, into an empty store', async () => {
    const body = {
      name: 'one-token',
      usage_limit: 7,
      expires_at: '2026-03-01T00:00:00Z',
      created_by: '=SUM(1)',
      metadata: { group: 'a, "b"\nc', rank: 1 },
    };
    await create(body);
    await create({ name: 'two-token' });
    await use('one-token');
    await create({ name: 'closed-token' });
    await call('POST', '/closed-token/revoke');
    const exported = await call('GET', '/export.csv');
    const { tokens } = (await call('GET', '')).json;
    const before = tokens.filter(({ status }: { status: string }) => status === 'active');
    await newSite();
    const headers = { 'content-type': 'text/csv' };
    const made = await call('POST', '/bulk', { body: exported.text, headers });
    expect(made).toMatchObject({ status: 201, json: { refused: [{ index: 0 }] } });
    expect(JSON.stringify(made.json.refused)).toContain('status_revoked');
    const settable = (token: Record<string, unknown>) =>
      ['token_name', 'usage_limit', 'expires_at', 'created_by', 'metadata'].map((member) => token[member]);
    const after = (await call('GET', '')).json.tokens;
    expect(after.map(settable)).toEqual(before.map(settable));
    expect(after).toMatchObject([
      { usage_count: 0, status: 'active' },
      { usage_count: 0, status: 'active' },
    ]);
  });

  test('is all tokens by name, and no spreadsheet takes a cell for a formula', async () => {
    await create({
      name: 'one-token',
      created_by: '=HYPERLINK("http://evil.example")',
      metadata: { a: 'x,y' },
    });
    await create({ name: 'another-token', usage_limit: 5 });
    const exported = await call('GET', '/export.csv', { key: 'reader' });
    expect(exported.headers).toMatchObject({ 'content-disposition': 'attachment; filename="tokens.csv"' });
    const [header, ...rows] = exported.text.trim().split('\r\n');
    expect(header).toMatch(/^token_name,status,usage_limit,usage_count,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(['another-token', 'one-token']);
    expect(rows[1]).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(rows[1]).toContain('"{""a"":""x,y""}"');
  });
});
