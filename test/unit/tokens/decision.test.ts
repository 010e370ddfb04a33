import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import {
  dailyUsage,
  decideUse,
  KNOWN_USES,
  monthlyUsage,
  readUses,
  remainingOf,
  statusOf,
  type TokenRecord,
} from '@sgraph-backbone/layer/tokens';
import fc from 'fast-check';
import { NOON, useOf } from './token-store.ts';

const DAY = 86_400_000;

function recordOf(given: Partial<TokenRecord> = {}): TokenRecord {
  return {
    token_name: 'community-x',
    usage_limit: 0,
    usage_count: 0,
    state: 'active',
    generation: 1,
    created_at: NOON,
    created_by: 'test',
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
    metadata: {},
    days: {},
    recent: '',
    pending: [],
    tail: { clients: [], keys: [], rows: [] },
    ...given,
  };
}

/** The record after uses by these ids, one after the other. */
function afterUses(record: TokenRecord, ids: readonly string[], at = NOON): TokenRecord {
  return ids.reduce((now, id) => decideUse(now, useOf(id, at), at).record ?? now, record);
}

describe('the decision about a use', () => {
  // state, expired, limit reached → reason
  test.each([
    ['active', false, false, null],
    ['active', false, true, 'exhausted'],
    ['active', true, false, 'expired'],
    ['active', true, true, 'expired'],
    ['paused', false, false, 'paused'],
    ['paused', false, true, 'paused'],
    ['paused', true, false, 'expired'],
    ['paused', true, true, 'expired'],
    ['revoked', false, false, 'revoked'],
    ['revoked', false, true, 'revoked'],
    ['revoked', true, false, 'revoked'],
    ['revoked', true, true, 'revoked'],
  ] as const)('%s, expired %j, spent %j: %j', (state, expired, spent, reason) => {
    const record = recordOf({
      state,
      expires_at: expired ? NOON : NOON + 1,
      usage_limit: 3,
      usage_count: spent ? 3 : 2,
    });
    const { answer, record: next } = decideUse(record, useOf('u'), NOON);
    expect(answer).toMatchObject({ success: reason === null, rejection_reason: reason, repeated: false });
    expect(statusOf(record, NOON)).toBe(reason ?? 'active');
    expect(next === undefined).toBe(reason !== null);
    if (next === undefined)
      return expect(answer).toMatchObject({ usage_count: record.usage_count, status: reason });
    expect(answer).toMatchObject({ usage_count: 3, remaining: 0, status: 'exhausted' });
  });

  test('an unlimited token never runs out', () => {
    const record = recordOf({ usage_count: 5_000_000 });
    expect(decideUse(record, useOf('u'), NOON).answer).toMatchObject({ success: true, remaining: null });
    expect(remainingOf(record)).toBeNull();
  });

  test('count, day, time and event of a use change together', async () => {
    const visitor = { key_id: 'k', hash: '0123456789abcdef' };
    const { record } = decideUse(recordOf(), useOf('u', NOON, { visitor, country: 'PT' }), NOON);
    expect(record).toMatchObject({
      usage_count: 1,
      last_used_at: NOON,
      days: { '2026-02-16': 1 },
      pending: [],
    });
    const event_id = expect.stringMatching(/^use-[0-9a-f]{16}-1$/);
    const event = { ...useOf('u', NOON, { visitor, country: 'PT' }).event, event_id, token: 'community-x' };
    expect(await readUses(memoryObjectStore(), record!, 1, 9)).toEqual([
      { number: 1, action: 'page_opened', event },
    ]);
    expect(JSON.stringify(record)).not.toContain('"u"');
  });

  test('whatever an event says comes back from the record as it was, absent members too', async () => {
    const hash = fc.record({
      key_id: fc.constantFrom('k1', 'k2', 'k3'),
      hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    });
    const client = fc.record({
      browser: fc.constantFrom('', 'Firefox', 'Chrome'),
      browser_version: fc.constantFrom('', '128'),
      operating_system: fc.constantFrom('', 'Linux'),
      device: fc.constantFrom('desktop' as const, 'mobile' as const, '' as const),
      agent: fc.constantFrom('', 'curl'),
    });
    const said = fc.record(
      {
        timestamp: fc.integer({ min: 0, max: 4e12 }),
        app: fc.constantFrom('main', 'other'),
        source: fc.constantFrom('lambda' as const, 'application' as const),
        class: fc.constantFrom('human' as const, 'bot' as const),
        rule: fc.constantFrom('curl', ''),
        country: fc.constantFrom('PT', 'DE'),
        excluded: fc.constant(true as const),
        status: fc.constantFrom(0, 200),
        client,
        visitor: hash,
        transfer: hash,
      },
      { requiredKeys: ['timestamp', 'app', 'source', 'class'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 30 }), async (all) => {
        const record = all.reduce<TokenRecord>((now, more, index) => {
          const use = useOf(`u${index}`, NOON, more);
          return decideUse(now, use, NOON).record!;
        }, recordOf());
        const stored = JSON.parse(JSON.stringify(record)) as TokenRecord;
        const uses = await readUses(memoryObjectStore(), stored, 1, all.length);
        const token = { event_type: 'token_use', token: 'community-x' };
        expect(uses.map(({ event: { event_id: _, ...event } }) => event)).toEqual(
          all.map((more) => ({ ...more, ...token })),
        );
        expect(uses.every(({ event }) => !Object.values(event).includes(undefined as never))).toBe(true);
      }),
    );
  });

  test('a repeated use is answered as accepted and not counted, also when the token is revoked since', () => {
    const record = afterUses(recordOf({ usage_limit: 1 }), ['u']);
    for (const state of ['active', 'paused', 'revoked'] as const) {
      const { answer, record: next } = decideUse({ ...record, state }, useOf('u'), NOON);
      expect(next).toBeUndefined();
      expect(answer).toMatchObject({ success: true, repeated: true, usage_count: 1, rejection_reason: null });
      expect(answer.event_id).toMatch(/^use-[0-9a-f]{16}-1$/);
    }
  });

  test('a use id is known within the last 1,000 uses, and not within the last 1,001', () => {
    const others = Array.from({ length: KNOWN_USES - 1 }, (_, index) => `other-${index}`);
    const known = afterUses(recordOf(), ['first', ...others]);
    expect(known.usage_count).toBe(1_000);
    expect(decideUse(known, useOf('first'), NOON).answer).toMatchObject({
      repeated: true,
      usage_count: 1_000,
    });
    expect(decideUse(known, useOf('first'), NOON).answer.event_id).toMatch(/-1$/);
    const forgotten = afterUses(known, ['one-more']);
    const again = decideUse(forgotten, useOf('first'), NOON);
    expect(again.answer).toMatchObject({ repeated: false, usage_count: 1_002 });
    expect(again.answer.event_id).toMatch(/-1002$/);
  });

  test('a rejected use is no use: the same id is decided anew', () => {
    const spent = afterUses(recordOf({ usage_limit: 1 }), ['u']);
    expect(decideUse(spent, useOf('v'), NOON).answer).toMatchObject({ success: false, event_id: null });
    const raised = { ...spent, usage_limit: 2 };
    expect(decideUse(raised, useOf('v'), NOON).answer).toMatchObject({ success: true, usage_count: 2 });
  });

  test('days are kept for 400 days', () => {
    let record = recordOf();
    for (let day = 0; day < 450; day++) record = afterUses(record, [`d${day}`], NOON + day * DAY);
    expect(Object.keys(record.days)).toHaveLength(400);
    expect(record.usage_count).toBe(450);
    expect(dailyUsage(record.days, '2027-05-11')).toHaveLength(400);
  });

  test('usage names every day from the first to today, and sums months', () => {
    const days = { '2026-01-30': 2, '2026-02-02': 1 };
    expect(dailyUsage(days, '2026-02-03')).toEqual([
      { time_key: '2026-01-30', uses: 2 },
      { time_key: '2026-01-31', uses: 0 },
      { time_key: '2026-02-01', uses: 0 },
      { time_key: '2026-02-02', uses: 1 },
      { time_key: '2026-02-03', uses: 0 },
    ]);
    expect(monthlyUsage(days, '2026-02-03')).toEqual([
      { time_key: '2026-01', uses: 2 },
      { time_key: '2026-02', uses: 1 },
    ]);
    expect(dailyUsage({}, '2026-02-03')).toEqual([{ time_key: '2026-02-03', uses: 0 }]);
  });

  test('whatever is asked in whatever order, as many are counted as were accepted, never more than the limit', () => {
    const asked = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 120 });
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 40 }), (ids, usage_limit) => {
        let record = recordOf({ usage_limit });
        const accepted = new Set<number>();
        for (const id of ids) {
          const { answer, record: next } = decideUse(record, useOf(`u${id}`), NOON);
          expect(answer.repeated).toBe(accepted.has(id));
          expect(answer.success).toBe(accepted.has(id) || accepted.size < usage_limit);
          if (answer.success) accepted.add(id);
          record = next ?? record;
        }
        expect(record.usage_count).toBe(accepted.size);
        expect(record.tail.rows).toHaveLength(accepted.size);
        expect(record.days).toEqual(accepted.size === 0 ? {} : { '2026-02-16': accepted.size });
      }),
    );
  });
});
