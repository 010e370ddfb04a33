import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import type { QueueEntry } from '@sgraph-backbone/layer/queues';
import { adminKey, createLog } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../../lambdas/admin-api/pipeline/direct-steps.ts';
import { queueSink } from '../../../lambdas/record-events/queue-sink.ts';
import { createBackbone } from '../../../local/backbone.ts';
import { aroundStore, recording } from '../../stores/index.ts';
import { ask } from '../../unit/runtime/http-events.ts';
import { SPELLINGS, TRACES } from '../planted.ts';
import { allAnswers } from '../recorded-run.ts';
import { betrayals, type Writing, writingsIn, writingsOf } from '../writings.ts';

const NOW = Date.parse('2026-02-16T14:40:00Z');
const PLAIN = { event_type: 'page_view', method: 'GET', path: '/kept/', ip: '203.0.113.77', timestamp: NOW };
const MEMBERS = [
  'event_id',
  'event_type',
  'timestamp',
  'app',
  'source',
  'method',
  'path',
  'status_code',
  'duration_ms',
  'content_bytes',
  'ip',
  'ip_hash',
  'user_agent',
  'referrer',
  'country',
  'transfer_id',
  'token',
];
const FIREFOX = 'Mozilla/5.0 (X11; S3CREThandset; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Everything that must be dropped, whatever it is. */
const SECRETS = [
  { ...PLAIN, path: '/transfers/download/S3CRETlinkAbCdEf0123456789?S3CRETname=S3CRETvalue&utm_source=news' },
  { ...PLAIN, transfer_id: 'S3CRETtransfer', event_type: 'file_download' },
  { ...PLAIN, ip: undefined, ip_hash: 'S3CREThash0123456789abcdef' },
  { ...PLAIN, user_agent: FIREFOX },
  { ...PLAIN, referrer: 'https://jane:S3CRETword@news.example.org:8443/S3CRETpath?q=S3CRETquery#S3CRETpart' },
];

/** Spellings where they stand in a text of the member's own form, and as they are. */
function planted(): object[] {
  const events: object[] = [...SECRETS];
  const own = (member: string) => (member === 'ip_hash' ? { ...PLAIN, ip: undefined } : PLAIN);
  for (const member of MEMBERS)
    for (const spelling of SPELLINGS)
      for (const text of [spelling, encodeURIComponent(spelling)])
        events.push({ ...own(member), [member]: text });
  for (const spelling of SPELLINGS) {
    const text = encodeURIComponent(spelling);
    events.push({ ...PLAIN, path: `/u/${text}/profile?utm_source=${text}&token=${text}` });
    events.push({ ...PLAIN, path: `/S3CRETlinkAbCdEf0123456789/${text}` });
    events.push(
      { ...PLAIN, referrer: `https://${text}/x` },
      { ...PLAIN, referrer: `https://example.org/?from=${text}` },
    );
    events.push(
      { ...PLAIN, user_agent: `${spelling}/1.0 bot` },
      { ...PLAIN, user_agent: `curl/8.0 (${spelling})` },
    );
    events.push({ ...PLAIN, event_id: `a:${spelling}` }, { ...PLAIN, event_id: `${spelling}.1` });
    events.push({ ...PLAIN, [spelling.slice(0, 3)]: spelling }, { ...PLAIN, metadata: { S3CRET: spelling } });
  }
  return events;
}

let answers: string[];
let logged: string[];
let queued: string[];
let writings: Writing[];
let read: ReadonlyMap<string, string>;
let accepted: number;

beforeAll(async () => {
  const store = await openStore('memory:', { now: () => NOW });
  const { around, calls } = recording();
  [answers, logged, queued, accepted] = [[], [], [], 0];
  const log = createLog({ level: 'debug', write: (line) => void logged.push(line), now: () => NOW });
  const backbone = await createBackbone(aroundStore(store, around), log, { now: () => NOW, quiet: true });
  const toQueue = queueSink(async (entries: readonly QueueEntry[]) => {
    for (const { body } of entries) queued.push(JSON.stringify(body));
    return [];
  });
  // The same events are queued, as on AWS, and recorded, as on a laptop.
  const take = async (events: readonly PrivateEvent[]) => {
    await toQueue.take(events);
    return backbone.events.take(events);
  };
  const api = createAdminApi({
    source: async () => ({
      ...backbone,
      events: { take },
      steps: directSteps(await backbone.here()),
      store: 'real',
    }),
    now: () => NOW,
    version: '0.0.0',
    keyring: () => [adminKey('the-admin-key')],
    log,
  });
  const events = planted();
  for (let from = 0; from < events.length; from += 200) {
    const body = events.slice(from, from + 200);
    const { text, json } = await ask(api, '/api/events', { method: 'POST', body });
    answers.push(text);
    accepted += json.accepted?.length ?? 0;
  }
  const body = `203.0.113.77 jane.doe@example.org S3CRET\n${JSON.stringify(PLAIN)}\n`;
  const headers = { 'content-type': 'application/x-ndjson' };
  answers.push((await ask(api, '/api/events', { method: 'POST', body, headers })).text);
  for (let round = 0; round < 2; round++) await backbone.sweep();
  read = await allAnswers(backbone, log);
  writings = await writingsOf(calls);
});

describe('events with secrets in every member', () => {
  test.each(['.parquet', '/pending/', '-consolidated/', '/yearly/', 'secrets/days/'])(
    'go through every step: something is written to %s',
    (part) => {
      expect(accepted).toBeGreaterThan(150);
      expect(writings.some(({ place }) => place.includes(part))).toBe(true);
    },
  );

  test.each(['[address]', '[email]', 'news.example.org', 'Firefox', '/kept/', '{"utm_source":"news"}'])(
    'still tell what they may tell, and the scan reads it: %s',
    (kept) => {
      expect(writings.some(({ text }) => text.includes(kept))).toBe(true);
    },
  );

  test('leave nothing of them in any byte that is written', () => {
    expect(betrayals(writings, TRACES)).toEqual([]);
  });

  test('leave nothing of them in any message', async () => {
    expect(queued.length).toBeGreaterThan(1);
    const texts = await Promise.all(queued.map((text) => writingsIn('message', text)));
    expect(betrayals(texts.flat(), TRACES)).toEqual([]);
  });

  test('leave nothing of them in what whoever posted them is answered', async () => {
    const texts = await Promise.all(answers.map((text) => writingsIn('answer', text)));
    expect(betrayals(texts.flat(), TRACES)).toEqual([]);
  });

  test('leave nothing of them in any answer of the API, and in no line of the log', async () => {
    expect(read.size).toBeGreaterThan(30);
    const texts = [...read, ...logged.map((line) => ['log', line] as const)];
    const found = await Promise.all(texts.map(([place, text]) => writingsIn(place, text)));
    expect(betrayals(found.flat(), TRACES)).toEqual([]);
  });
});
