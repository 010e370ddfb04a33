import { beforeEach, describe, expect, test } from '@jest/globals';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import { adminKey, type HttpEvent, keyHash } from '@sgraph-backbone/layer/runtime';
import { writeJson } from '@sgraph-backbone/layer/store';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import { createSite, SETTINGS, type Site } from './site.ts';

let site: Site;
let api: ReturnType<typeof createAdminApi>;

beforeEach(async () => {
  site = await createSite();
  site.clock.now = Date.parse('2026-02-16T12:00:00Z');
  const reader = { name: 'reader', hash: keyHash('the-reader-key'), scopes: ['settings:read'] as const };
  api = createAdminApi({ ...site.context(), keyring: () => [adminKey('the-admin-key'), reader] });
});

async function call(method: string, options: { body?: unknown; ifMatch?: string; key?: string } = {}) {
  const { body, ifMatch, key = 'the-admin-key' } = options;
  const {
    statusCode,
    headers,
    body: text = '',
  } = await api({
    rawPath: '/api/settings',
    rawQueryString: '',
    headers: { 'x-api-key': key, 'content-type': 'application/json', 'if-match': ifMatch },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: { http: { method }, stage: '$default' },
  } as unknown as HttpEvent);
  return { status: statusCode, etag: String(headers?.etag), json: text === '' ? {} : JSON.parse(text) };
}

const EVENT = {
  headers: { 'x-api-key': 'the-admin-key' },
  requestContext: { http: { method: 'GET' }, stage: '$default' },
};

async function answered({ statusCode, body = '' }: Awaited<ReturnType<typeof api>>) {
  return { status: statusCode, json: JSON.parse(body) };
}

describe('/api/settings', () => {
  test('answers every setting with an ETag, and takes a change that names it', async () => {
    const read = await call('GET');
    expect(read).toMatchObject({ status: 200, json: { timezone: 'UTC', hosts: [] } });
    expect(read.etag).toMatch(/^"[^"]+"$/);
    const body = { ...read.json, timezone: 'Europe/Lisbon' };
    const put = await call('PUT', { body, ifMatch: read.etag });
    expect(put).toMatchObject({ status: 200, json: { timezone: 'Europe/Lisbon' } });
    expect(put.etag).not.toBe(read.etag);
    expect(await call('GET')).toMatchObject({ etag: put.etag, json: body });
  });

  test('needs If-Match, and refuses one that is out of date', async () => {
    expect(await call('PUT', { body: {} })).toMatchObject({
      status: 428,
      json: { error: { code: 'precondition_required' } },
    });
    const { etag } = await call('GET');
    await call('PUT', { body: { visitors: 'off' }, ifMatch: etag });
    expect(await call('PUT', { body: { visitors: 'hashed' }, ifMatch: etag })).toMatchObject({
      status: 412,
      json: { error: { code: 'precondition_failed' } },
    });
    expect((await call('GET')).json.visitors).toBe('off');
    expect((await call('PUT', { body: {}, ifMatch: 'unquoted' })).status).toBe(400);
  });

  test('takes a weakened ETag, and * for whatever is there', async () => {
    const { etag } = await call('GET');
    expect((await call('PUT', { body: { visitors: 'off' }, ifMatch: `W/${etag}` })).status).toBe(200);
    expect((await call('PUT', { body: {}, ifMatch: '*' })).json.visitors).toBe('hashed');
  });

  test('lets one of two changes from the same state win', async () => {
    const { etag } = await call('GET');
    const bodies = [{ timezone: 'Europe/Lisbon' }, { timezone: 'Asia/Kolkata' }];
    const answers = await Promise.all(bodies.map((body) => call('PUT', { body, ifMatch: etag })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await call('GET')).json.timezone).toBe(winner?.json.timezone);
  });

  test.each([
    [{ timzone: 'UTC' }, 'unknown_member', 'did you mean "timezone"'],
    [{ exclude: [{ hst: 'a' }] }, 'unknown_member', '"exclude.0.hst" (did you mean "host"?)'],
    [{ realtime: [{ feed: 'realtime.a', fields: ['a'], smpling: 1 }] }, 'unknown_member', 'sampling'],
    [{ timezone: 'Asia/Kathmandu' }, 'invalid_member', 'multiple of 30 minutes'],
    [{ hosts: 'a.example' }, 'invalid_member', '"hosts" is "a.example"; accepted: a list of host names'],
    [{ path_rules: [{ match: '(', replace: '' }] }, 'invalid_member', '"path_rules.0.match" is "("'],
    [[], 'invalid_member', 'object'],
  ])('refuses %j and changes nothing', async (body, code, message) => {
    const refused = await call('PUT', { body, ifMatch: '*' });
    expect(refused).toMatchObject({ status: 400, json: { error: { code } } });
    expect(refused.json.error.message).toContain(message);
    expect(await readAudit(site.data, '2026-02-16')).toEqual([]);
  });

  test('keeps who changed what, from what to what; what changes nothing leaves no entry', async () => {
    await call('PUT', { body: { visitors: 'off' }, ifMatch: '*' });
    await call('PUT', { body: { visitors: 'off' }, ifMatch: '*' });
    expect(await readAudit(site.data, '2026-02-16')).toEqual([
      {
        at: site.clock.now,
        actor: 'admin',
        action: 'settings',
        detail: { visitors: { from: 'hashed', to: 'off' } },
      },
    ]);
  });

  test('says what is wrong with settings that somebody edited by hand, wherever they are needed', async () => {
    await writeJson(site.data, SETTINGS, { timezone: 'Mars/Base' });
    const question = { rawPath: '/api/sa/traffic/summary', rawQueryString: 'period=daily&key=2026-02-16' };
    const answers = [
      await call('GET'),
      await call('PUT', { body: {}, ifMatch: '*' }),
      await answered(await api({ ...EVENT, ...question } as unknown as HttpEvent)),
    ];
    for (const { status, json } of answers) {
      expect({ status, code: json.error.code }).toEqual({ status: 500, code: 'settings_damaged' });
      expect(json.error.message).toMatch(/settings\.json in the store .*timezone: accepted is an IANA/);
    }
    await site.data.delete(SETTINGS);
    expect((await call('GET')).status).toBe(200);
  });

  test('is readable and writable by keys with the scope for it', async () => {
    expect((await call('GET', { key: 'the-reader-key' })).status).toBe(200);
    expect(await call('PUT', { key: 'the-reader-key', body: {}, ifMatch: '*' })).toMatchObject({
      status: 403,
      json: { error: { details: { missing: 'settings:write' } } },
    });
  });

  test('takes effect with the next delivery, without a restart', async () => {
    const request = (from: number) => ({ at: '2026-02-16T10:00:00Z', from, path: '/internal/x' });
    await site.deliver('E1', '2026-02-16T12:00:00Z', [request(1)]);
    await call('PUT', { body: { exclude: [{ path: '/internal/*' }], hosts: ['a.example'] }, ifMatch: '*' });
    await site.deliver('E1', '2026-02-16T12:05:00Z', [request(2), request(3)]);
    const { pipeline } = await site.backbone.here();
    expect(pipeline.hosts).toEqual(['a.example']);
    const answer = await api({
      rawPath: '/api/sa/traffic/summary',
      rawQueryString: 'period=daily&key=2026-02-16',
      headers: { 'x-api-key': 'the-admin-key' },
      requestContext: { http: { method: 'GET' }, stage: '$default' },
    } as unknown as HttpEvent);
    expect(JSON.parse(answer.body ?? '').data).toMatchObject({ total_requests: 1, excluded_requests: 2 });
  });
});
