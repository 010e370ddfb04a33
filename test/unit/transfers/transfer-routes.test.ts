import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCache } from '@sgraph-backbone/layer/cache';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import { adminKey, createLog, type HttpHandler, httpLambda, keyHash } from '@sgraph-backbone/layer/runtime';
import { emitPending } from '@sgraph-backbone/layer/transfers';
import type { AdminContext } from '../../../lambdas/admin-api/admin-source.ts';
import { transferRoutes } from '../../../lambdas/admin-api/transfers/transfer-routes.ts';
import { betrayals, type Writing, writingsIn, writingsOf } from '../../integration/writings.ts';
import { recording } from '../../stores/index.ts';
import { type Asked, ask } from '../runtime/http-events.ts';
import { aWorld, ID, keysOf, START, streamIds, type World } from './a-transfer.ts';

let world: World;
let api: HttpHandler;
let logged: string[];

beforeEach(() => {
  world = aWorld();
  api = apiOn(world);
});

function apiOn(on: World): HttpHandler {
  logged = [];
  const keyring = [
    adminKey('the-admin-key'),
    { name: 'app', hash: keyHash('the-app-key'), scopes: ['events:write'] as const },
    { name: 'page', hash: keyHash('the-page-key'), scopes: ['transfers:read'] as const },
  ];
  const { data, sink, internal, clock } = on;
  const context: AdminContext = {
    source: () => ({
      data,
      steps: undefined as never,
      store: 'real',
      events: sink,
      normaliser: async () => ({ internal, normalise: () => Promise.reject(new Error('not asked for')) }),
    }),
    now: () => clock.now,
    version: '0.0.0',
  };
  const log = createLog({ level: 'debug', write: (line) => void logged.push(line), now: () => clock.now });
  return httpLambda({ name: 'test', routes: transferRoutes(context), keyring: () => keyring, log });
}

const post = (body: unknown, more: Partial<Asked> = {}, id = ID) =>
  ask(api, `/api/transfers/${id}/events`, { method: 'POST', body, ...more });
const label = (words: unknown) =>
  ask(api, `/api/transfers/${ID}/recipients`, { method: 'POST', body: { label: words } });
const summary = async (id = ID) => ask(api, `/api/transfers/${id}`);

describe('POST /api/transfers/{id}/events', () => {
  test('counts an event and says how the transfer stands; the same again is answered and not counted', async () => {
    const event = { event: 'viewed', event_id: 'v1', timestamp: START, ip: '203.0.113.9' };
    const first = await post(event);
    expect(first).toMatchObject({
      status: 202,
      json: { event_id: 'v1', duplicate: false, recipient: null, total_views: 1, state: 'uploaded' },
    });
    expect(await post(event)).toMatchObject({ status: 200, json: { duplicate: true, total_views: 1 } });
    expect(world.taken).toHaveLength(1);
    expect(world.taken[0]).toMatchObject({ event_type: 'transfer_viewed', timestamp: START, app: 'main' });
  });

  test('takes null for what is not known, as it takes nothing', async () => {
    const nulls = { event_id: null, timestamp: null, bytes: null, ip: null, country: null, recipient: null };
    expect((await post({ event: 'created', ...nulls })).status).toBe(202);
  });

  test.each([
    [{}, 'event'],
    [{ event: 'opened' }, 'event'],
    [{ event: 'viewed', bytes: -1 }, 'bytes'],
    [{ event: 'viewed', bytes: 1.5 }, 'bytes'],
    [{ event: 'viewed', bytes: '7' }, 'bytes'],
    [{ event: 'viewed', timestamp: START / 1000 }, 'looks like seconds'],
    [{ event: 'viewed', event_id: 'v1' }, 'timestamp'],
    [{ event: 'viewed', event_id: 'x'.repeat(65), timestamp: START }, 'event_id'],
    [{ event: 'viewed', ip: '203.0.113.9', ip_hash: 'abc' }, 'ip_hash'],
    [{ event: 'viewed', colour: 'red' }, 'colour'],
    [{ event: 'viewed', duration_ms: -1 }, 'duration_ms'],
    [{ event: 'viewed', app: '../x' }, 'app'],
    [{ event: 'viewed', recipient: 7 }, 'recipient'],
    [{ event: 'viewed', timestamp: String(START) }, 'timestamp'],
  ])('refuses %j, naming what is wrong', async (body, named) => {
    const { status, json } = await post(body);
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringContaining(named),
    });
    expect(await keysOf(world.data)).toEqual([]);
  });

  test.each(['..%2f..%2fsecrets', 'a%2Fb', 'a%00b', '%2e%2e', 'caf%C3%A9', 'x'.repeat(129)])(
    'refuses the id %s, and writes nothing',
    async (id) => {
      expect([400, 404]).toContain((await post({ event: 'viewed' }, {}, id)).status);
      expect(await keysOf(world.data)).toEqual([]);
    },
  );

  test('says 503 and when to come again while the stream takes nothing for long', async () => {
    world.sink.refuses = true;
    for (let n = 0; n < 256; n++) await post({ event: 'viewed' });
    const refused = await post({ event: 'viewed' });
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      json: { error: { code: 'busy' } },
    });
    world.sink.refuses = false;
    world.clock.now += 3_600_000;
    await emitPending(world);
    expect(streamIds(world)).toHaveLength(256);
    expect(logged.some((line) => line.includes('waits for the analytics stream'))).toBe(true);
  });
});

describe('GET /api/transfers/{id}', () => {
  test('answers schema D', async () => {
    for (const event of ['created', 'upload_started', 'upload_completed', 'viewed'])
      await post({ event, bytes: 100, country: 'PT', user_agent: FIREFOX });
    world.clock.now += 3_600_000;
    await post({ event: 'download_completed', bytes: 100, country: 'de' });
    const { status, json } = await summary();
    expect(status).toBe(200);
    expect(json).toMatchObject({
      transfer_id: ID,
      total_views: 1,
      total_downloads: 1,
      created_at: START,
      last_activity_at: START + 3_600_000,
      active_hours: ['2026-02-16-14', '2026-02-16-15'],
      active_countries: ['DE', 'PT'],
      completed_bytes: 100,
      state: 'uploaded',
      recipients: [],
      not_opened: [],
    });
    expect(json.events.map(({ event }: { event: string }) => event)).toEqual(
      ['created', 'upload_started', 'upload_completed', 'viewed', 'download_completed'].reverse(),
    );
    expect(json.events[1]).toMatchObject({ country: 'PT', user_agent_normalised: 'Firefox on Linux' });
  });

  test('is 404 where nothing was reported', async () => {
    expect(await summary()).toMatchObject({ status: 404, json: { error: { code: 'unknown_transfer' } } });
  });

  test('pages through all events, the latest first', async () => {
    for (let n = 0; n < 300; n++) await post({ event: 'viewed', event_id: `v${n}`, timestamp: START });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await ask(api, `/api/transfers/${ID}/events?limit=70${cursor}`);
      seen.push(...json.events.map(({ event_id }: { event_id: string }) => event_id));
      if (json.next_cursor === null) break;
      cursor = `&cursor=${json.next_cursor}`;
    }
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => `v${299 - n}`));
  });

  test('is found by clients of the cache service, by its id and by the hash of its name', async () => {
    await post({ event: 'viewed' });
    const { json } = await summary();
    const cache = createCache({ data: world.data, now: () => world.clock.now, newId: world.newId });
    const entry = await cache.retrieveById('bb-transfers', json.cache_id);
    expect(JSON.parse(Buffer.from(entry!.bytes).toString())).toMatchObject({ total: 1, named: true });
    expect((await cache.retrieveByHash('bb-transfers', entry!.hash))?.cacheId).toBe(json.cache_id);
  });
});

describe('Recipients', () => {
  test('have a link key each, and the summary says who has not opened it', async () => {
    const [lawyer, bank] = [await label('the lawyer'), await label(' Das Büro 会計 ')];
    expect(lawyer).toMatchObject({ status: 201, json: { label: 'the lawyer', opened: false } });
    expect(bank.json.label).toBe('Das Büro 会計');
    expect(await label('the lawyer')).toMatchObject({
      status: 200,
      json: { recipient: lawyer.json.recipient },
    });
    expect((await summary()).json.not_opened).toEqual(['the lawyer', 'Das Büro 会計']);
    const { recipient } = lawyer.json;
    expect((await post({ event: 'viewed', recipient })).json.recipient).toBe(recipient);
    expect((await post({ event: 'download_started', recipient })).status).toBe(202);
    const { json } = await summary();
    expect(json.not_opened).toEqual(['Das Büro 会計']);
    expect(json.recipients[0]).toMatchObject({ opened: true, views: 1, downloads_started: 1, downloads: 0 });
  });

  test('that nobody made lose no event: it counts without them', async () => {
    const unknown = await post({ event: 'viewed', recipient: 'somebody' });
    expect(unknown).toMatchObject({ status: 202, json: { recipient: null, total_views: 1 } });
    expect((await summary()).json.events[0]).not.toHaveProperty('recipient');
  });

  test('are refused where the label is an address, which is not repeated', async () => {
    const refused = await label('jane.doe@example.org');
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain('jane.doe');
  });

  test('are at most 100 of one transfer', async () => {
    for (let n = 0; n < 100; n++) await label(`number ${n}`);
    expect(await label('one more')).toMatchObject({
      status: 409,
      json: { error: { code: 'too_many_recipients' } },
    });
  });
});

describe('GET /api/transfers?active_within=', () => {
  const active = (query = '') => ask(api, `/api/transfers${query}`);

  test('lists each transfer once, the latest first, on pages', async () => {
    for (let n = 0; n < 30; n++) {
      await post({ event: 'created' }, {}, `transfer-${n}`);
      world.clock.now += 1_800_000;
      await post({ event: 'viewed' }, {}, `transfer-${n}`);
    }
    const ids: string[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await active(`?active_within=7d&limit=7${cursor}`);
      ids.push(...json.transfers.map(({ cache_id }: { cache_id: string }) => cache_id));
      if (json.next_cursor === null) break;
      cursor = `&cursor=${json.next_cursor}`;
    }
    expect(new Set(ids).size).toBe(30);
    expect(ids).toHaveLength(30);
    const recent = await active('?active_within=5h');
    expect(recent.json.transfers).toHaveLength(11);
    expect(recent.json.transfers[0]).toMatchObject({ total_views: 1, state: 'uploaded' });
    expect(recent.text).not.toContain('transfer-');
  });

  test('is CSV where that is asked for, as are the events of a transfer', async () => {
    await post({ event: 'viewed', event_id: 'v1', timestamp: START, country: 'PT' });
    const [head, row] = (await active('?format=csv')).text.split('\r\n');
    expect(head).toMatch(/^cache_id,state,total_views,/);
    expect(row).toMatch(/^[0-9a-f-]{36},uploaded,1,0,/);
    const events = await ask(api, `/api/transfers/${ID}/events`, { headers: { accept: 'text/csv' } });
    expect(events.text).toContain(`0,${START},viewed,v1,,,,PT,`);
  });

  test.each(['0h', '31d', '24', '1w', '-1h', '721h', '1e1h'])('refuses %s', async (within) => {
    expect((await active(`?active_within=${within}`)).status).toBe(400);
  });
});

describe('DELETE /api/transfers/{id}', () => {
  const erase = (more: Partial<Asked> = {}) =>
    ask(api, `/api/transfers/${ID}`, { method: 'DELETE', ...more });

  test('erases the history; later events, recipients and questions are answered 410', async () => {
    await post({ event: 'viewed' });
    await label('the lawyer');
    expect(await erase()).toMatchObject({ status: 200, json: { transfer_id: ID, erased_at: START } });
    for (const answer of [await post({ event: 'viewed' }), await label('the lawyer'), await summary()])
      expect(answer).toMatchObject({ status: 410, json: { error: { code: 'transfer_erased' } } });
    expect((await erase()).json.erased_at).toBe(START);
    expect((await ask(api, '/api/transfers')).json.transfers).toEqual([]);
    const audit = await readAudit(world.data, '2026-02-16');
    expect(audit[0]).toMatchObject({ actor: 'admin', action: 'transfers.erase' });
    expect(JSON.stringify(audit)).not.toContain(ID);
  });

  test('is 404 where nothing was reported', async () => {
    expect((await erase()).status).toBe(404);
    expect(await keysOf(world.data)).toEqual([]);
  });
});

describe('Keys', () => {
  test.each([
    ['POST', `/api/transfers/${ID}/events`, 'the-page-key', 'events:write'],
    ['POST', `/api/transfers/${ID}/recipients`, 'the-page-key', 'events:write'],
    ['GET', `/api/transfers/${ID}`, 'the-app-key', 'transfers:read'],
    ['GET', '/api/transfers', 'the-app-key', 'transfers:read'],
    ['GET', '/api/transfers/activity/daily/2026-02-16', 'the-app-key', 'transfers:read'],
    ['DELETE', `/api/transfers/${ID}`, 'the-app-key', 'transfers:write'],
  ])('%s %s with %s lacks the scope %s', async (method, path, key, scope) => {
    const answer = await ask(api, path, {
      method,
      headers: { 'x-api-key': key },
      body: method === 'POST' ? {} : undefined,
    });
    expect(answer).toMatchObject({ status: 403, json: { error: { details: { missing: scope } } } });
  });
});

describe('GET /api/transfers/activity/{period}/{key}', () => {
  test('knows nothing, and not zero, of a day without roll-ups', async () => {
    const { status, json } = await ask(api, '/api/transfers/activity/daily/2026-02-16');
    expect(status).toBe(200);
    expect(json).toMatchObject({ total_views: null, total_downloads: null, finality: { status: 'partial' } });
  });

  test.each(['hourly/2026-02-16-14', 'daily/2026-02', 'monthly/2026-13'])('refuses %s', async (path) => {
    expect((await ask(api, `/api/transfers/activity/${path}`)).status).toBe(400);
  });
});

describe('Secrets in every member', () => {
  const SECRETS = {
    ip: '203.0.113.77',
    ip_hash: 'S3CREThash',
    user_agent: 'Mozilla/5.0 (X11; S3CREThandset; rv:128.0) Gecko/20100101 Firefox/128.0',
    referrer: 'https://jane:S3CRETword@news.example.org/S3CRETpath?q=203.0.113.77#S3CRETpart',
    recipient: 'S3CRET jane.doe@example.org',
    event_id: 'jane.doe@example.org',
    country: 'jane.doe@example.org',
    app: '203.0.113.77',
    event: 'jane.doe@example.org',
    timestamp: '203.0.113.77',
    bytes: ['jane.doe@example.org'],
    duration_ms: { of: 'S3CRET' },
    source: '203.0.113.77',
  };

  test('are in no byte that is written, in nothing that is queued, answered or logged; nor is the id', async () => {
    const seen = recording();
    const answers: string[] = [];
    api = apiOn(world.through(seen.around));
    for (const [name, secret] of Object.entries(SECRETS))
      answers.push((await post({ event: 'viewed', timestamp: START, [name]: secret })).text);
    answers.push(
      (await label({ of: 'jane.doe@example.org' })).text,
      (await label('jane.doe@example.org')).text,
      (await label('the lawyer')).text,
    );
    for (let n = 0; n < 300; n++) await post({ event: 'viewed', ip: `203.0.113.${n % 255}` });
    answers.push((await ask(api, '/api/transfers')).text, (await summary()).text);
    await ask(api, `/api/transfers/${ID}`, { method: 'DELETE' });
    // Each record holds what the one before it held.
    const calls = seen.calls.filter(({ key }, n) => n % 10 === 0 || n < 300 || !key.includes('/records/'));
    const writings: Writing[] = [
      ...(await writingsOf(calls)),
      ...(
        await Promise.all([...logged, JSON.stringify(world.taken)].map((text) => writingsIn('out', text)))
      ).flat(),
    ];
    expect(writings.length).toBeGreaterThan(1000);
    expect(betrayals(writings, ['203.0.113', 'jane.doe', 'S3CRET', ID])).toEqual([]);
    const told = (await Promise.all(answers.map((text) => writingsIn('answer', text)))).flat();
    expect(betrayals(told, ['203.0.113', 'jane.doe', 'S3CRET'])).toEqual([]);
  });
});

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
