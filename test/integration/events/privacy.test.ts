import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { adminKey, createLog } from '@sgraph-backbone/layer/runtime';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../../lambdas/admin-api/pipeline/direct-steps.ts';
import { createBackbone } from '../../../local/backbone.ts';
import { aroundStore, type Recorded, recording } from '../../stores/index.ts';
import { ask } from '../../unit/runtime/http-events.ts';
import { SPELLINGS, TRACES } from '../planted.ts';
import { allAnswers } from '../recorded-run.ts';
import { betrayals, type Writing, writingsIn, writingsOf } from '../writings.ts';

const NOW = Date.parse('2026-02-16T15:00:00Z');
const SECRETS = [...TRACES, 'Tf2ndLeakIdAA11', 'AbCdEfGhIjKlMnOpQrStUv0123456789', 'c0ffee00c0ffee00'];
const LINK = 'AbCdEfGhIjKlMnOpQrStUv0123456789';
/** Too short for the rules that know secrets by their looks. */
const TRANSFER = 'Tf2ndLeakIdAA11';
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Events in each of which one member holds an address, and one in which all members that may not be kept hold a secret. */
function plantedEvents(): Record<string, unknown>[] {
  const whole = {
    event_type: 'file_download',
    method: 'GET',
    path: `/transfers/download/${LINK}?utm_source=news&key=S3CRETkey#S3CRETfragment`,
    status_code: 200,
    ip: '203.0.113.77',
    user_agent: AGENT,
    referrer: `https://news.example.org/S3CRETpath?q=jane.doe@example.org`,
    transfer_id: LINK,
    app: 'send',
  };
  const hashed = { ...whole, ip: undefined, ip_hash: 'c0ffee00c0ffee00' };
  const members = [
    'event_id',
    'event_type',
    'app',
    'source',
    'method',
    'path',
    'ip',
    'ip_hash',
    'user_agent',
    'referrer',
    'country',
    'transfer_id',
    'token',
    'timestamp',
    'unknown_member',
  ];
  const planted = SPELLINGS.flatMap((spelling) => [
    ...members.map((member) => ({ ...whole, timestamp: NOW, [member]: spelling })),
    { ...whole, path: `/a/${spelling}/b` },
    { ...whole, path: `/a?utm_source=${spelling}&utm_campaign=x` },
    { ...whole, user_agent: `Agent/1.0 (${spelling})` },
    { ...whole, user_agent: `${spelling}/2.0` },
    { ...whole, referrer: `https://${spelling}/` },
    { ...whole, [spelling]: 1 },
  ]);
  return [whole, hashed, ...carried(whole), ...planted];
}

/** Events whose path or query says the transfer that they name. */
function carried(whole: object): Record<string, unknown>[] {
  const hex = [...TRANSFER].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
  const spellings = [TRANSFER, hex, hex.replaceAll('%', '%25'), hex.replaceAll('%', '%2525').toUpperCase()];
  return spellings.flatMap((spelling) =>
    [
      `/en/download/${spelling}`,
      `/en/download/${spelling}/file-${spelling}.zip?utm_source=${spelling}#${spelling}`,
      `/en/download?token=${spelling}&utm_campaign=mail-${spelling}`,
    ].map((path) => ({ ...whole, path, transfer_id: TRANSFER })),
  );
}

describe('events with secrets in every member', () => {
  let calls: readonly Recorded[];
  let writings: Writing[];
  let answers: Map<string, string>;
  const logged: string[] = [];
  let accepted = 0;
  let refused = 0;

  beforeAll(async () => {
    const store = await openStore('memory:', { now: () => NOW });
    const recorded = recording();
    calls = recorded.calls;
    const log = createLog({ level: 'debug', write: (line) => void logged.push(line), now: () => NOW });
    const around = aroundStore(store, recorded.around);
    const backbone = await createBackbone(around, log, { now: () => NOW, quiet: true });
    const api = createAdminApi({
      source: async () => ({ ...backbone, steps: directSteps(await backbone.here()), store: 'real' }),
      now: () => NOW,
      version: '0.0.0',
      keyring: () => [adminKey('the-admin-key')],
      log,
    });
    answers = new Map();
    const events = plantedEvents();
    for (let from = 0; from < events.length; from += 25) {
      const body = events.slice(from, from + 25);
      const { text, json } = await ask(api, '/api/events', { method: 'POST', body });
      answers.set(`POST ${from}`, text);
      accepted += json.accepted.length;
      refused += json.refused.length;
    }
    answers.set('POST', (await ask(api, '/api/events', { method: 'POST', body: events.at(-1) })).text);
    for (const path of ['pulse?minutes=60', 'pulse?class=human', 'daily/2026-02-16', 'latest/hourly'])
      answers.set(path, (await ask(api, `/api/analytics/${path}`)).text);
    for (let round = 0; round < 2; round++) await backbone.sweep();
    for (const [path, text] of await allAnswers(backbone, log)) answers.set(path, text);
    writings = await writingsOf(calls);
  });

  test('are taken or refused one by one', () => {
    expect(accepted).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });

  test.each(['.parquet', '-consolidated/', '/yearly/', 'secrets/days/'])(
    'go through every step: something is written to %s',
    (part) => {
      expect(writings.some(({ place }) => place.includes(part))).toBe(true);
    },
  );

  test.each([
    '[address]',
    '[email]',
    'news.example.org',
    'Firefox',
    '/transfers/download/{id}',
    '/en/download/{id}',
  ])('still tell what they may tell, and the scan reads it: %s', (kept) => {
    expect(writings.some(({ text }) => text.includes(kept))).toBe(true);
  });

  test('leave nothing of them in any byte that is written', () => {
    expect(betrayals(writings, SECRETS)).toEqual([]);
  });

  test('leave nothing of them in the log of the process, nor in any answer', async () => {
    const lines = await Promise.all(logged.map((line) => writingsIn('log', line)));
    expect(betrayals(lines.flat(), SECRETS)).toEqual([]);
    expect(answers.size).toBeGreaterThan(100);
    const told = await Promise.all([...answers].map(([path, text]) => writingsIn(path, text)));
    expect(betrayals(told.flat(), SECRETS)).toEqual([]);
  });
});
