import { describe, expect, test } from '@jest/globals';
import { createCache, hashOfString } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import {
  cacheIdOf,
  listTokens,
  NameTaken,
  readActivity,
  readToken,
  type Status,
} from '@sgraph-backbone/layer/tokens';
import fc from 'fast-check';
import { aroundObjectStore, recording } from '../../stores/index.ts';
import { idsOf, NOON, newToken, tokensOn, useAll, useOf } from './token-store.ts';

const HOUR = 3_600_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('a name', () => {
  test('belongs to one token, however many want it at once; the others are told names that are free', async () => {
    const { tokens } = tokensOn(memoryObjectStore());
    await tokens.create(newToken({ name: 'community-x-2' }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, limit) => tokens.create(newToken({ usage_limit: limit + 1 }))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes.filter((one) => one.status === 'rejected')) {
      expect(outcome.reason).toBeInstanceOf(NameTaken);
      expect(outcome.reason.suggestions).toEqual(['community-x-3', 'community-x-4', 'community-x-5']);
    }
  });

  test('leads clients of the cache to the record, by its hash and by its id', async () => {
    const data = memoryObjectStore();
    const { tokens } = tokensOn(data);
    await tokens.create(newToken({ usage_limit: 7 }));
    await tokens.use('community-x', useOf('u'));
    const cache = createCache({ data, now: () => NOON, newId: () => crypto.randomUUID() });
    const entries = [
      await cache.retrieveByHash('bb-tokens', hashOfString('community-x')),
      await cache.retrieveById('bb-tokens', cacheIdOf('community-x')),
    ];
    for (const entry of entries)
      expect(JSON.parse(Buffer.from(entry!.bytes).toString())).toMatchObject({
        token_name: 'community-x',
        usage_limit: 7,
        usage_count: 1,
      });
  });
});

describe('lists', () => {
  test('are in the order of names whatever the dashes, and pages miss and repeat nothing', async () => {
    const name = fc.stringMatching(/^[ab1]{1,2}(-[ab1]{1,2}){0,2}$/).filter((text) => text.length >= 3);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('', 'a', 'a-', 'ab', 'ab-1'),
        async (names, limit, prefix) => {
          const data = memoryObjectStore();
          const { tokens } = tokensOn(data);
          for (const one of names) await tokens.create(newToken({ name: one }));
          expect(await everyPage(data, { prefix, limit })).toEqual(
            names.filter((one) => one.startsWith(prefix)).sort(),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('filter by status, and read a record for each token that they look at', async () => {
    const { around, calls } = recording();
    const data = aroundObjectStore(memoryObjectStore(), around);
    const { tokens } = tokensOn(data);
    for (const [index, name] of idsOf(30, 'token-').entries()) {
      await tokens.create(newToken({ name, usage_limit: 1 }));
      if (index % 3 === 0) await tokens.use(name, useOf('u'));
      if (index % 3 === 1) await tokens.turn(name, 'revoke');
    }
    for (const status of ['exhausted', 'revoked', 'active'] as const)
      expect(await everyPage(data, { status, limit: 4 })).toHaveLength(10);
    expect(await everyPage(data, { status: 'paused', limit: 4 })).toEqual([]);
    calls.length = 0;
    await listTokens(data, { limit: 20 }, NOON);
    expect(calls.filter(({ method }) => method === 'get').length).toBeLessThanOrEqual(30);
  });
});

describe('activity', () => {
  test('counts uses by hour, and visitors by day and not across days', async () => {
    const data = memoryObjectStore();
    const { tokens } = tokensOn(data);
    await tokens.create(newToken());
    const visitor = (key_id: string, hash: string) => ({ visitor: { key_id, hash } });
    const uses = [
      [-25 * HOUR, visitor('a', '1')],
      [-25 * HOUR, visitor('a', '1')],
      [-HOUR, visitor('b', '1')],
      [0, visitor('b', '2')],
      [0, {}],
    ] as const;
    for (const [index, [at, more]] of uses.entries())
      await tokens.use('community-x', useOf(`u${index}`, NOON + at, more));
    const record = (await readToken(data, 'community-x'))!;
    const activity = await readActivity(data, record, { from: NOON - 26 * HOUR, to: NOON + 1, dayOf });
    expect(activity.days).toEqual([
      { time_key: '2026-02-15', uses: 2, unique_visitors: 1 },
      { time_key: '2026-02-16', uses: 3, unique_visitors: 2 },
    ]);
    expect(activity.hours).toHaveLength(27);
    expect(activity.hours.filter(({ uses }) => uses > 0)).toEqual([
      { time_key: '2026-02-15-11', uses: 2 },
      { time_key: '2026-02-16-11', uses: 1 },
      { time_key: '2026-02-16-12', uses: 2 },
    ]);
    expect(activity.complete).toBe(true);
    const narrow = await readActivity(data, record, { from: NOON, to: NOON + 1, dayOf });
    expect(narrow.days).toEqual([{ time_key: '2026-02-16', uses: 2, unique_visitors: 1 }]);
  });

  test('reads the newest uses alone, and says so where the span has more', async () => {
    const data = memoryObjectStore();
    const { tokens } = tokensOn(data);
    await tokens.create(newToken());
    for (let part = 0; part < 52; part++) await useAll(tokens, idsOf(500, `${part}-`));
    const record = (await readToken(data, 'community-x'))!;
    expect(record.usage_count).toBe(26_000);
    const activity = await readActivity(data, record, { from: NOON, to: NOON + 1, dayOf });
    expect(activity).toMatchObject({ complete: false, days: [{ uses: 25_600 }] });
  });
});

async function everyPage(
  data: ReturnType<typeof memoryObjectStore>,
  question: { readonly prefix?: string; readonly status?: Status; readonly limit: number },
): Promise<string[]> {
  const names: string[] = [];
  for (let after: string | undefined, pages = 0; ; ) {
    const page = await listTokens(data, { ...question, after }, NOON);
    expect(page.tokens.length).toBeLessThanOrEqual(question.limit);
    names.push(...page.tokens.map(({ token_name }) => token_name));
    if (page.after === undefined) return names;
    after = page.after;
    expect(++pages).toBeLessThan(100);
  }
}
