import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog, type HttpEvent } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../lambdas/admin-api/pipeline/direct-steps.ts';
import { createBackbone } from '../../local/backbone.ts';
import { aroundStore, recording } from '../stores/index.ts';
import { SPELLINGS, TRACES } from './planted.ts';
import { betrayals, type Writing, writingsIn, writingsOf } from './writings.ts';

const NOW = Date.parse('2026-02-16T12:00:00Z');
const ADDRESS = '203.0.113.77';
const NAME = 'community-x';

/** Everything that was written, answered and logged. */
let writings: Writing[] = [];
const statuses = new Map<string, Set<number>>();

beforeAll(async () => {
  const { around, calls } = recording();
  const store = aroundStore(await openStore('memory:', { now: () => NOW }), around);
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(line), now: () => NOW });
  const backbone = await createBackbone(store, log, { now: () => NOW, quiet: true });
  const api = createAdminApi({
    source: async () => ({
      data: store.data,
      steps: directSteps(await backbone.here()),
      store: 'real',
      events: backbone.events,
      normaliser: backbone.normaliser,
    }),
    now: () => NOW,
    version: '0',
    isFrozen: true,
    keyring: () => [adminKey('the-admin-key')],
    log,
  });
  const answers: Promise<Writing[]>[] = [];
  const call = async (method: string, path: string, body?: unknown, type = 'application/json') => {
    const answered = await api({
      rawPath: `/api/tokens${path}`,
      rawQueryString: '',
      headers: { 'x-api-key': 'the-admin-key', 'content-type': type, 'if-match': '*' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      isBase64Encoded: false,
      requestContext: { http: { method }, stage: '$default' },
    } as unknown as HttpEvent);
    const kind = `${method} ${path.replace(/^\/[^/]+(\/|$)/, '/{name}$1')}`;
    statuses.set(kind, (statuses.get(kind) ?? new Set()).add(Number(answered.statusCode)));
    answers.push(writingsIn(`answer of ${kind}`, answered.body ?? ''));
  };

  await call('POST', '', { name: NAME });
  const use = { action: 'page_opened' };
  for (const [index, spelling] of SPELLINGS.entries()) {
    const name = `token-${index}`;
    await call('POST', '', { name, created_by: spelling, metadata: { note: `see ${spelling} there` } });
    await call('POST', '', { name: spelling, usage_limit: spelling });
    await call('POST', '', { [spelling]: 1, name });
    await call('POST', '', { name, metadata: { [spelling]: spelling } });
    await call('POST', '', `{"name": ${spelling}`);
    await call('PATCH', `/${NAME}`, { metadata: { note: spelling } });
    await call('PATCH', `/${NAME}`, { expires_at: spelling, usage_limit: [spelling] });
    await call('POST', '/bulk', [{ name: spelling }, { name: `bulk-${index}`, created_by: spelling }]);
    await call('POST', '/bulk', `name,created_by\n${spelling},x\n`, 'text/csv');
    await call('POST', '/bulk', `name,${spelling}\nabc,x\n`, 'text/csv');
    for (const member of ['ip', 'ip_hash', 'user_agent', 'country', 'transfer_id', 'use_id', 'action'])
      for (const value of [spelling, [spelling], { [spelling]: spelling }])
        await call('POST', `/${NAME}/use`, { ...use, [member]: value });
    await call('POST', `/${NAME}/use`, { ...use, [spelling]: spelling });
    await call('POST', `/${NAME}/use`, `{"ip": "${spelling}"`);
    const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 ${spelling} Firefox/128.0`;
    await call('POST', `/${NAME}/use`, { ...use, ip: ADDRESS, user_agent: agent, transfer_id: 'S3CRET' });
  }
  await call('POST', `/${NAME}/use`, { ...use, ip_hash: 'S3CRET-hash', use_id: 'S3CRET' });
  await call('POST', `/${NAME}/revoke`);
  await call('POST', `/${NAME}/use`, { ...use, ip: ADDRESS, transfer_id: 'S3CRET' });
  for (const path of [
    '',
    `/${NAME}`,
    `/${NAME}/events`,
    `/${NAME}/usage`,
    `/${NAME}/activity`,
    '/export.csv',
  ])
    await call('GET', path);
  for (let round = 0; round < 2; round++) await backbone.sweep();
  await backbone.idle();
  const logged = lines.map((line, index) => writingsIn(`log ${index}`, line));
  writings = [await writingsOf(calls), ...(await Promise.all([...answers, ...logged]))].flat();
});

describe('secrets in every member that routes of tokens take', () => {
  test('went through: tokens were made and used, events recorded, and much was refused', () => {
    expect(statuses.get('POST /{name}/use')).toEqual(new Set([200, 400]));
    expect(statuses.get('POST ')).toEqual(new Set([201, 400, 409]));
    for (const part of ['bb-tokens/', '.parquet', 'bb-audit/', 'answer of GET /{name}/events', 'log '])
      expect(writings.some(({ place }) => place.includes(part))).toBe(true);
    expect(writings.some(({ text }) => text.includes('[email]'))).toBe(true);
  });

  test('are in no byte that is written, answered or logged', () => {
    expect(betrayals(writings, TRACES)).toEqual([]);
  });
});
