import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openBucket } from '@sgraph-backbone/layer/drivers';
import { windowStart } from '@sgraph-backbone/layer/rollups';
import { readJson } from '@sgraph-backbone/layer/store';
import { GATEWAY, MOTO, NO_SERVER, temporaryBucket } from '../../contract/s3-servers.ts';
import { linesBetween, logFile } from '../protocol/log-files.ts';
import { type Deployment, deploy } from './deployment.ts';
import { objectCreated, s3Notification, schedule, testEvent } from './events.ts';

const START = windowStart(Date.now() - 3 * 3_600_000);
const DAY = new Date(START).toISOString().slice(0, 10);
const KEY = 'live/with a blank + plus/100% ünï/E2EXAMPLE.2026-02-16-10.abcdef01.gz';

const log = (lines: number, seed: number) => logFile(linesBetween(lines, START, START + 60_000, seed));

const isThere = GATEWAY !== undefined && MOTO !== undefined;
const maybe = isThere ? describe : describe.skip;
if (!isThere) console.info(`deployed: skipped, ${NO_SERVER}`);

maybe('the deployed application, with the grants of its roles alone', () => {
  let cloud: Deployment;
  let older: Awaited<ReturnType<typeof temporaryBucket>>;
  beforeAll(async () => {
    older = await temporaryBucket(GATEWAY!);
    const settings = {
      BACKBONE_SOURCE_BUCKETS: JSON.stringify([{ bucket: older.bucket, prefix: 'cdn/E2' }]),
    };
    cloud = await deploy({ server: GATEWAY!, services: MOTO!.connection.endpoint, settings });
  }, 300_000);
  afterAll(async () => {
    await cloud?.remove();
    await older?.remove();
  });

  async function requestsOfTheDay(): Promise<number | null> {
    const { status, body } = await cloud.ask({
      method: 'GET',
      path: `/api/sa/traffic/summary?period=daily&key=${DAY}&class=all`,
    });
    expect(status).toBe(200);
    return body.data.total_requests;
  }

  async function carriedOut(path: string, body: unknown) {
    const asked = await cloud.ask({ method: 'POST', path, body });
    expect(asked).toMatchObject({ status: 202, body: { state: 'waiting' } });
    await cloud.settle();
    const id = asked.body.operation_id;
    return (await cloud.ask({ method: 'GET', path: `/api/sa/operations/${id}` })).body;
  }

  test('counts a log object from its delivery to the answer of the admin API', async () => {
    await cloud.store.observability.put(KEY, log(200, 1));
    await cloud.arrive(KEY);
    await cloud.settle();
    expect(cloud.failures()).toEqual([]);
    expect(await requestsOfTheDay()).toBe(200);
  });

  test('keeps entries of the cache service, and lets nobody write among the pipeline’s', async () => {
    const body = { token_name: 'community-x', uses: 3 };
    const path = '/cache/tokens/key_based/store/json/community-x';
    const stored = await cloud.ask({ method: 'POST', path, body });
    expect(stored).toMatchObject({ status: 200, body: { namespace: 'tokens' } });
    const id = stored.body.cache_id as string;
    expect(await cloud.ask({ method: 'GET', path: `/cache/tokens/retrieve/${id}/json` })).toMatchObject({
      status: 200,
      body,
    });
    expect(await cloud.ask({ method: 'DELETE', path: `/cache/tokens/delete/${id}` })).toMatchObject({
      status: 200,
    });
    expect(await cloud.ask({ method: 'GET', path: `/cache/tokens/exists/id/${id}` })).toMatchObject({
      body: { exists: false },
    });
    const refused = await cloud.ask({
      method: 'POST',
      path: '/cache/sa-cloudfront-raw/direct/store/json',
      body,
    });
    expect(refused.status).toBe(403);
  });

  test('counts nothing twice of events that come again, in another shape, or about nothing', async () => {
    const { observabilityBucket: bucket } = cloud;
    const queue = cloud.queueNamed('IngestQueue');
    const events = [
      objectCreated(bucket, KEY),
      s3Notification(bucket, KEY),
      testEvent(bucket),
      objectCreated(bucket, 'live/deleted before it was read.gz'),
      objectCreated(bucket, 'archive/moved.gz'),
    ];
    for (const event of events) await cloud.queues.send(queue, event);
    await cloud.settle();
    expect(cloud.failures()).toEqual([]);
    expect(await requestsOfTheDay()).toBe(200);
  });

  test('puts away what is no log with the reason, and gives up what is no event with the reason', async () => {
    await cloud.store.observability.put('live/foreign.gz', new TextEncoder().encode('not a log\nat all\n'));
    await cloud.arrive('live/foreign.gz');
    await cloud.queues.send(cloud.queueNamed('IngestQueue'), { what: 'ever' });
    await cloud.settle();
    const refused = await cloud.store.observability.head('refused/foreign.gz');
    expect(refused?.metadata?.reason).toMatch(/CloudFront/);
    expect(await cloud.queues.count(cloud.queueNamed('IngestQueueDeadLetters'))).toBe(1);
    expect(cloud.failures()).toContainEqual(expect.stringContaining('not an object event'));
    expect(await requestsOfTheDay()).toBe(200);
  });

  test('loses nothing and doubles nothing while S3 refuses three requests of ten', async () => {
    const keys = Array.from({ length: 5 }, (_, index) => `live/E2EXAMPLE.2026-02-16-10.busy${index}.gz`);
    for (const [index, key] of keys.entries())
      await cloud.store.observability.put(key, log(100, 100 + index));
    cloud.busy(0.3);
    for (const key of [...keys, ...keys].reverse()) await cloud.arrive(key);
    await cloud.settle();
    cloud.busy(0);
    // What was given up is sent again by its owner, or found by the sweeper.
    await cloud.redrive();
    await cloud.settle();
    expect(await requestsOfTheDay()).toBe(700);
  });

  test('gives up an object that it may not read, with the reason, and counts it when it may', async () => {
    const key = 'live/E2EXAMPLE.2026-02-16-10.abcdef77.gz';
    await cloud.store.observability.put(key, log(50, 77));
    cloud.deny((resource) => resource.endsWith(key));
    await cloud.arrive(key);
    await cloud.settle();
    expect(cloud.failures()).toContainEqual(expect.stringMatching(/abcdef77.*access denied/i));
    cloud.deny(() => false);
    expect(await requestsOfTheDay()).toBe(700);
    await cloud.redrive();
    await cloud.settle();
    expect(await requestsOfTheDay()).toBe(750);
  });

  test('leaves nothing in live/ after a sweep, and no marker', async () => {
    await cloud.functions.get('Sweep')!.process.invoke(schedule());
    await cloud.functions.get('Archive')!.process.invoke(schedule());
    await cloud.settle();
    const left: string[] = [];
    for await (const row of cloud.store.observability.list('live/')) if ('key' in row) left.push(row.key);
    expect(left).toEqual([]);
    expect(await cloud.store.observability.head(KEY.replace('live/', 'archive/'))).toBeDefined();
    expect(await requestsOfTheDay()).toBe(750);
  });

  test('reads what is new in a bucket of somebody else’s, and changes nothing there', async () => {
    const bucket = await openBucket(older.bucket, '', { s3: GATEWAY!.connection });
    const key = 'cdn/E2EXAMPLE.2026-02-16-10.older001.gz';
    await bucket.put(key, log(40, 40));
    await bucket.put('cdn/E3EXAMPLE.2026-02-16-10.another1.gz', log(10, 10));
    for (let run = 0; run < 2; run++) {
      await cloud.functions.get('Sweep')!.process.invoke(schedule());
      await cloud.settle();
    }
    expect(await requestsOfTheDay()).toBe(790);
    const left: string[] = [];
    for await (const row of bucket.list('')) if ('key' in row) left.push(row.key);
    expect(left).toEqual([key, 'cdn/E3EXAMPLE.2026-02-16-10.another1.gz']);
    bucket.close();
  });

  test('answers long commands with 202, carries them out behind the queue, and says what came of them', async () => {
    const done = await carriedOut('/api/sa/forget', { location: `live:${KEY}` });
    expect(done).toMatchObject({
      state: 'done',
      answer: { objects: [{ outcome: 'removed', records: 200 }] },
    });
    expect(await requestsOfTheDay()).toBe(590);
    expect(await carriedOut('/api/sa/reprocess', {})).toMatchObject({ state: 'done', answer: { summed: 7 } });
    expect(await requestsOfTheDay()).toBe(590);
    const wrong = await carriedOut('/api/sa/settle', { feed: 'standard.ENEVER', through: START });
    expect(wrong).toMatchObject({ state: 'failed', error: expect.stringContaining('standard.ENEVER') });
    const both = { location: 'x', object_id: '0'.repeat(32) };
    expect((await cloud.ask({ method: 'POST', path: '/api/sa/forget', body: both })).status).toBe(400);
  });

  test('says what the queues know, and nothing of what is not measured', async () => {
    const { body } = await cloud.ask({ method: 'GET', path: '/api/sa/cloudfront/status' });
    for (const step of ['consolidate', 'record-events'])
      expect(body.steps[step]).toMatchObject({ waiting: 0, processed: null, last_run: null });
    expect(body.feeds[0]).toMatchObject({ feed: 'standard.E2EXAMPLE' });
  });

  test('opens to the key in Secrets Manager alone, and to pages of the dashboard’s origin', async () => {
    const path = '/api/sa/cloudfront/status';
    const stranger = await cloud.ask({
      method: 'GET',
      path,
      headers: { 'x-api-key': 'guessed-guessed-guessed' },
    });
    expect(stranger.status).toBe(401);
    const elsewhere = await cloud.ask({
      method: 'GET',
      path,
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(elsewhere.headers).not.toHaveProperty('access-control-allow-origin');
  });

  const applicationRequests = async () => {
    const path = `/api/sa/traffic/summary?period=daily&key=${DAY}&class=all&feed=application`;
    return (await cloud.ask({ method: 'GET', path })).body.data?.total_requests ?? 0;
  };
  const reported = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      event_id: `${name}-${index}`,
      timestamp: START + index,
      event_type: 'page_view',
      method: 'GET',
      path: '/',
      status_code: 200,
      ip: `192.0.2.${index % 50}`,
      transfer_id: 'planted-transfer',
    }));
  const report = (events: unknown, headers = {}) =>
    cloud.ask({ method: 'POST', path: '/api/events', body: events, headers });

  test('records what an application reports, each event once, also while S3 refuses three requests of ten', async () => {
    expect((await report(reported('a', 300))).status).toBe(202);
    await cloud.settle();
    expect(await applicationRequests()).toBe(300);
    for (const events of [reported('a', 300), reported('b', 100)])
      expect((await report(events)).status).toBe(202);
    cloud.busy(0.3);
    await cloud.settle();
    cloud.busy(0);
    await cloud.redrive();
    await cloud.settle();
    expect(await applicationRequests()).toBe(400);
    const pulse = await cloud.ask({ method: 'GET', path: '/api/analytics/pulse?minutes=5' });
    expect(pulse).toMatchObject({ status: 200, body: { window_minutes: 5 } });
  });

  test('writes few raw batches of what is reported together', async () => {
    const before = await keysBelow('sa-analytics-raw/data/key-based/application.main/');
    for (let post = 0; post < 30; post++) expect((await report(reported(`c${post}`, 1))).status).toBe(202);
    await cloud.settle();
    const after = await keysBelow('sa-analytics-raw/data/key-based/application.main/');
    // Ten messages are handed over at a time here, and up to a thousand by Lambda.
    expect(after.length - before.length).toBe(3);
    expect(await applicationRequests()).toBe(430);
  });

  test('gives up a message that the API has not sent, and records those beside it', async () => {
    await cloud.queues.send(cloud.queueNamed('EventsQueue'), { what: 'ever' });
    expect((await report(reported('d', 1))).status).toBe(202);
    await cloud.settle();
    expect(await cloud.queues.count(cloud.queueNamed('EventsQueueDeadLetters'))).toBe(1);
    expect(await applicationRequests()).toBe(431);
  });

  test('counts what tokens and transfers tell, when it happens or with the sweeper', async () => {
    const name = 'community-x';
    const made = await cloud.ask({ method: 'POST', path: '/api/tokens', body: { name, usage_limit: 2 } });
    expect(made.status).toBe(201);
    const use = (use_id: string) =>
      cloud.ask({
        method: 'POST',
        path: `/api/tokens/${name}/use`,
        body: { action: 'page_opened', use_id, ip: '192.0.2.7' },
      });
    const answers = await Promise.all(['u1', 'u2', 'u2'].map(use));
    expect(answers.map(({ status, body }) => [status, body.success])).toEqual(
      [200, 200, 200].map((ok) => [ok, true]),
    );
    expect((await use('u3')).body).toMatchObject({ success: false, rejection_reason: 'exhausted' });
    const happened = (event: string) =>
      cloud.ask({
        method: 'POST',
        path: '/api/transfers/tr-1/events',
        body: { event, event_id: event, timestamp: Date.now() },
      });
    for (const event of ['created', 'upload_completed', 'viewed'])
      expect((await happened(event)).status).toBeLessThan(300);
    expect((await cloud.ask({ method: 'GET', path: '/api/transfers/tr-1' })).body.total_views).toBe(1);
    await cloud.functions.get('Sweep')!.process.invoke(schedule());
    await cloud.settle();
    const today = new Date().toISOString().slice(0, 10);
    const path = `/api/sa/traffic/summary?period=daily&key=${today}&class=all&feed=application`;
    expect((await cloud.ask({ method: 'GET', path })).body.data.token_uses).toBe(2);
    expect((await cloud.ask({ method: 'DELETE', path: '/api/transfers/tr-1' })).status).toBeLessThan(300);
    expect((await happened('viewed')).status).toBe(410);
  });

  test('makes, replaces and takes away keys, and says who did', async () => {
    const body = { name: 'application', scopes: ['events:write'] };
    const made = await cloud.ask({ method: 'POST', path: '/api/keys', body });
    expect(made.status).toBe(201);
    const { id, key } = made.body;
    const headers = { 'x-api-key': key };
    expect((await report(reported('e', 1), headers)).status).toBe(202);
    expect(await cloud.ask({ method: 'GET', path: '/api/audit', headers })).toMatchObject({
      status: 403,
      body: { error: { details: { missing: 'audit:read' } } },
    });
    expect((await cloud.ask({ method: 'POST', path: `/api/keys/${id}/rotate`, body: {} })).status).toBe(200);
    const [, , kept] = (await cloud.ask({ method: 'GET', path: '/api/keys' })).body.keys.slice(-3);
    expect(kept ?? made.body).toMatchObject({ id, name: 'application' });
    expect((await cloud.ask({ method: 'DELETE', path: `/api/keys/${id}` })).status).toBe(200);
    expect((await report(reported('f', 1), headers)).status).toBe(401);
    const { entries } = (await cloud.ask({ method: 'GET', path: '/api/audit?kind=keys' })).body;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'keys.delete',
      'keys.rotate',
      'keys.create',
    ]);
    await cloud.settle();
  });

  test('keeps no id of a transfer, no address and no key where events go', async () => {
    const keys = await keysBelow('sa-analytics-raw/');
    expect(keys.length).toBeGreaterThan(2);
    for (const key of keys) {
      const { bytes } = (await cloud.store.data.get(key))!;
      const text = Buffer.from(bytes).toString('latin1');
      expect([key, text.includes('planted-transfer'), text.includes('192.0.2.')]).toEqual([
        key,
        false,
        false,
      ]);
    }
  });

  async function keysBelow(folder: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const row of cloud.store.data.list(folder)) if ('key' in row) keys.push(row.key);
    return keys;
  }

  test('needs no grant that it does not have', () => {
    const refused = [...cloud.functions].flatMap(([name, { proxy }]) =>
      proxy.refused.map((wish) => ({ name, wish })),
    );
    expect(refused).toEqual([]);
  });

  test('is refused what its roles do not allow', async () => {
    const data = (key: string) => ({ bucket: cloud.dataBucket, key: `cache/${key}` });
    const observed = (key: string) => ({ bucket: cloud.observabilityBucket, key });
    const probes = [
      ['Consolidate', 'GET', observed('secrets/identity.json')],
      ['Aggregate', 'GET', observed('secrets/identity.json')],
      ['AdminApi', 'GET', observed('secrets/identity.json')],
      ['AdminApi', 'PUT', data('sa-cloudfront-raw/data/key-based/x')],
      ['AdminApi', 'PUT', data('sa-analytics-raw/data/key-based/x')],
      ['AdminApi', 'DELETE', data('bb-audit/data/key-based/keys/x')],
      ['AdminApi', 'DELETE', data('bb-keys/data/key-based/keyring/keys.json')],
      ['AdminApi', 'DELETE', data('bb-tokens/data/key-based/x')],
      ['AdminApi', 'DELETE', observed('secrets/days/x')],
      ['AdminApi', 'PUT', observed('secrets/identity.json')],
      ['RecordEvents', 'GET', observed('secrets/days/x')],
      ['RecordEvents', 'GET', data('bb-keys/data/key-based/keyring/keys.json')],
      ['RecordEvents', 'PUT', data('sa-cloudfront-raw/data/key-based/x')],
      ['RecordEvents', 'DELETE', data('sa-analytics-raw/data/key-based/x')],
      ['Sweep', 'GET', data('bb-keys/data/key-based/keyring/keys.json')],
      ['AdminApi', 'DELETE', data('sa-cloudfront-ledger/data/key-based/x')],
      ['Consolidate', 'PUT', data('sa-cloudfront-aggregate/data/key-based/x')],
      ['Aggregate', 'PUT', data('sa-cloudfront-consolidated/data/key-based/x')],
      ['Ingest', 'DELETE', data('sa-cloudfront-ledger/data/key-based/objects/x')],
      ['Ingest', 'PUT', observed('live/x')],
      ['Archive', 'PUT', data('sa-cloudfront-ledger/data/key-based/x')],
      ['Sweep', 'DELETE', observed('secrets/identity.json')],
      ['Ingest', 'GET', { bucket: 'somebody-elses', key: 'x' }],
    ] as const;
    for (const [name, method, { bucket, key }] of probes) {
      const answer = await fetch(`${cloud.functions.get(name)!.proxy.url}/${bucket}/${key}`, { method });
      expect([name, method, key, answer.status]).toEqual([name, method, key, 403]);
    }
    for (const name of cloud.functions.keys()) {
      const answer = await fetch(
        `${cloud.functions.get(name)!.proxy.url}/${cloud.dataBucket}?list-type=2&prefix=`,
      );
      expect([name, answer.status]).toEqual([name, 403]);
    }
  });

  test('can’t send to queues, or read secrets, that are none of its business', async () => {
    const queue = cloud.queueNamed('CorrectionsQueue');
    const probes = [
      ['RecordEvents', 'AmazonSQS.SendMessage', { QueueUrl: `http://sqs/123456789012/${queue}` }],
      ['Consolidate', 'AmazonSQS.SendMessage', { QueueUrl: `http://sqs/123456789012/${queue}` }],
      ['Ingest', 'AmazonSQS.DeleteMessage', { QueueUrl: `http://sqs/123456789012/${queue}` }],
      [
        'Ingest',
        'secretsmanager.GetSecretValue',
        { SecretId: 'arn:aws:secretsmanager:us-east-1:123456789012:x' },
      ],
    ] as const;
    for (const [name, target, body] of probes) {
      const headers = { 'x-amz-target': target };
      const { url } = cloud.functions.get(name)!.proxy;
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      expect([target, await answer.json()]).toEqual([
        target,
        expect.objectContaining({ __type: 'AccessDeniedException' }),
      ]);
    }
  });

  test('keeps nothing of an address in the data', async () => {
    for await (const row of cloud.store.data.list('')) {
      if (!('key' in row) || !row.key.endsWith('.json')) continue;
      const text = JSON.stringify((await readJson(cloud.store.data, row.key))?.value);
      expect([row.key, text.includes('192.0.2.')]).toEqual([row.key, false]);
    }
  });
});
