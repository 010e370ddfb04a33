import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import {
  CHUNK,
  emitPending,
  NameTaken,
  readToken,
  readUses,
  StaleEdit,
  statusOf,
  TokenBusy,
  type TokenRecord,
  UnknownToken,
  WrongState,
} from '@sgraph-backbone/layer/tokens';
import fc from 'fast-check';
import {
  aroundObjectStore,
  crashing,
  failing,
  Killed,
  recording,
  StoreFailure,
  seededRandom,
  yielding,
} from '../../stores/index.ts';
import { collecting, idsOf, NOON, newToken, tokensOn, useAll, useOf } from './token-store.ts';

const NAME = 'community-x';

/** When nobody who accepted a use is waited for any more. */
const LATER = NOON + 86_400_000;

/** Count, days, numbers of events and what the stream got say the same. */
async function expectWhole(data: ObjectStore, emitted?: readonly string[]): Promise<TokenRecord> {
  const record = (await readToken(data, NAME))!;
  const uses = await readUses(data, record, 1, record.usage_count);
  expect(uses.map(({ number }) => number)).toEqual(
    Array.from({ length: record.usage_count }, (_, at) => at + 1),
  );
  expect(Object.values(record.days).reduce((sum, uses) => sum + uses, 0)).toBe(record.usage_count);
  if (emitted) expect(new Set(emitted)).toEqual(new Set(uses.map(({ event }) => event.event_id)));
  return record;
}

function successes(outcomes: Awaited<ReturnType<typeof useAll>>) {
  return outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.success).length;
}

describe('uses of a token', () => {
  test('cost one GET and one PUT each, and one PUT more per 256 for the sealed chunk', async () => {
    const { around, calls } = recording();
    const data = aroundObjectStore(memoryObjectStore(), around);
    const { tokens } = tokensOn(data);
    await tokens.create(newToken());
    for (const count of [1, 255, 256]) {
      calls.length = 0;
      for (const id of idsOf(count, `${count}-`)) await tokens.use(NAME, useOf(id));
      const seals = count === 256 ? 1 : 0;
      expect(calls.filter(({ method }) => method === 'get')).toHaveLength(count);
      expect(calls.filter(({ method }) => method === 'put')).toHaveLength(count + seals);
      expect(calls).toHaveLength(2 * count + seals);
    }
    calls.length = 0;
    await tokens.turn(NAME, 'pause');
    calls.length = 0;
    expect(await tokens.use(NAME, useOf('late'))).toMatchObject({
      success: false,
      rejection_reason: 'paused',
    });
    expect(calls.map(({ method }) => method)).toEqual(['get']);
  });

  test('that wait together are written together', async () => {
    const { around, calls } = recording();
    const data = aroundObjectStore(memoryObjectStore(), around);
    const { tokens } = tokensOn(data);
    await tokens.create(newToken());
    calls.length = 0;
    expect(successes(await useAll(tokens, idsOf(200)))).toBe(200);
    expect(calls.length).toBeLessThanOrEqual(4);
    await expectWhole(data);
  });

  test('1,000 at once with a limit of 100: exactly 100 succeed, with 100 events', async () => {
    const { sink, events, used } = collecting();
    const { tokens } = tokensOn(memoryObjectStore(), sink);
    await tokens.create(newToken({ usage_limit: 100 }));
    expect(successes(await useAll(tokens, idsOf(1_000)))).toBe(100);
    await tokens.settled();
    expect(used()).toBe(100);
    expect(events.filter(({ event_type }) => event_type === 'token_rejected')).toHaveLength(900);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(1_000);
  });

  test('with the same id 50 times at once, and again a minute later, are one use', async () => {
    const { sink, used } = collecting();
    const { tokens, clock } = tokensOn(memoryObjectStore(), sink);
    await tokens.create(newToken());
    const outcomes = await useAll(
      tokens,
      Array.from({ length: 50 }, () => 'same'),
    );
    const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(answers).toHaveLength(50);
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    clock.now += 60_000;
    expect(await tokens.use(NAME, useOf('same', clock.now))).toMatchObject({ success: true, usage_count: 1 });
    await tokens.settled();
    expect(used()).toBe(1);
  });

  test('of an unknown token are refused, and leave nothing', async () => {
    const data = memoryObjectStore();
    const { tokens } = tokensOn(data);
    await expect(tokens.use('nobody-knows', useOf('u'))).rejects.toThrow(UnknownToken);
    expect(await Array.fromAsync(data.list(''))).toEqual([]);
  });

  test('never succeed after a revoke has answered, whatever was under way', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const data = aroundObjectStore(memoryObjectStore(), yielding({ seed, turns: 6 }));
      // Two processes on one store.
      const [one, other] = [tokensOn(data), tokensOn(data)];
      await one.tokens.create(newToken());
      let revoked = false;
      const after: boolean[] = [];
      const use = async (tokens: typeof one.tokens, id: string) => {
        const isLate = revoked;
        const { success } = await tokens.use(NAME, useOf(id));
        if (isLate) after.push(success);
      };
      const begun: Promise<void>[] = [];
      const turn = one.tokens.turn(NAME, 'revoke').then(() => {
        revoked = true;
      });
      for (let round = 0; round < 12; round++) {
        begun.push(use(one.tokens, `a${round}`), use(other.tokens, `b${round}`));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await turn;
      begun.push(use(one.tokens, 'a-last'), use(other.tokens, 'b-last'));
      await Promise.all(begun);
      expect(after.length).toBeGreaterThan(0);
      expect(after).not.toContain(true);
      await expectWhole(data);
    }
  });

  test('of two processes at a time never pass the limit, and none is lost or doubled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 80 }),
        async (seed, usage_limit, ids) => {
          const data = aroundObjectStore(memoryObjectStore(), yielding({ seed }));
          const { sink, used } = collecting();
          const random = seededRandom(seed);
          const processes = [tokensOn(data, sink), tokensOn(data, sink)];
          await processes[0]!.tokens.create(newToken({ usage_limit }));
          const outcomes = await Promise.all(
            ids.map((id) => processes[random() < 0.5 ? 0 : 1]!.tokens.use(NAME, useOf(`u${id}`))),
          );
          await Promise.all(processes.map(({ tokens }) => tokens.settled()));
          const distinct = new Set(ids).size;
          const record = await expectWhole(data);
          expect(record.usage_count).toBe(Math.min(distinct, usage_limit));
          expect(used()).toBe(record.usage_count);
          expect(outcomes.filter(({ success, repeated }) => success && !repeated)).toHaveLength(
            record.usage_count,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('are refused as busy after two seconds of lost races, with nothing counted', async () => {
    const store = memoryObjectStore();
    const clock = { now: NOON };
    const fast = tokensOn(store, undefined, clock);
    await fast.tokens.create(newToken());
    let rivals = 0;
    const data = aroundObjectStore(store, async (call, run) => {
      // Somebody else is always faster.
      if (call.method === 'put') {
        clock.now += 100;
        await fast.tokens.use(NAME, useOf(`rival-${rivals++}`));
      }
      return run();
    });
    const { tokens } = tokensOn(data, undefined, clock);
    await expect(tokens.use(NAME, useOf('slow'))).rejects.toThrow(TokenBusy);
    expect(clock.now - NOON).toBeGreaterThanOrEqual(2_000);
    expect(clock.now - NOON).toBeLessThan(2_300);
    const record = await expectWhole(store);
    expect(record.usage_count).toBe(rivals);
  });
});

describe('a death', () => {
  test.each(['before', 'after'] as const)(
    '%s any call leaves a count that its events add up to, and loses no use that was answered',
    async (when) => {
      for (let at = 1; ; at++) {
        const store = memoryObjectStore();
        const { sink, events } = collecting();
        // A tail that is nearly full, so that the seal is among the calls.
        const before = tokensOn(store, sink);
        await before.tokens.create(newToken());
        await useAll(before.tokens, idsOf(CHUNK - 2, 'before-'));
        await before.tokens.settled();
        const { around, calls } = crashing({ at, when });
        const dying = tokensOn(aroundObjectStore(store, around), sink);
        const answered: string[] = [];
        for (const id of idsOf(5)) {
          try {
            await dying.tokens.use(NAME, useOf(id));
            answered.push(id);
          } catch (error) {
            expect(error).toBeInstanceOf(Killed);
          }
        }
        await dying.tokens.settled();
        // Who asked asks again.
        const alive = tokensOn(store, sink);
        const again = await Promise.all(idsOf(5).map((id) => alive.tokens.use(NAME, useOf(id))));
        expect(again.filter(({ repeated }) => repeated).length).toBeGreaterThanOrEqual(answered.length);
        await alive.tokens.settled();
        await emitPending(store, sink, LATER);
        const record = await expectWhole(
          store,
          events.map(({ event_id }) => event_id),
        );
        expect(record.usage_count).toBe(CHUNK + 3);
        expect(record.pending).toEqual([]);
        if (calls() < at) break;
      }
    },
  );

  test('while a token is made leaves a name that can be made', async () => {
    for (const when of ['before', 'after'] as const)
      for (let at = 1; ; at++) {
        const store = memoryObjectStore();
        const { around, calls } = crashing({ at, when });
        await tokensOn(aroundObjectStore(store, around))
          .tokens.create(newToken())
          .catch(() => {});
        const { tokens } = tokensOn(store);
        await tokens.create(newToken()).catch((error) => expect(error).toBeInstanceOf(NameTaken));
        expect(await tokens.use(NAME, useOf('u'))).toMatchObject({ success: true });
        if (calls() < at) break;
      }
  });

  test('of the process between a use and its event leaves the event to the sweep, once', async () => {
    const data = memoryObjectStore();
    // Nothing is taken from the process that dies.
    const dead = tokensOn(data, { take: async (events) => events.map((_, index) => index) });
    await dead.tokens.create(newToken());
    await useAll(dead.tokens, idsOf(CHUNK * 2 + 10));
    await dead.tokens.use(NAME, useOf('one-more'));
    await dead.tokens.settled();
    const refusing = collecting(({ event_id }) => event_id.endsWith('-300'));
    expect(await emitPending(data, refusing.sink, LATER)).toEqual({ events: CHUNK * 2 + 10, pending: 1 });
    const { sink, used, events } = collecting();
    expect(await emitPending(data, sink, LATER)).toEqual({ events: 1, pending: 0 });
    expect(used()).toBe(1);
    events.length = 0;
    expect(await emitPending(data, sink, LATER)).toEqual({ events: 0, pending: 0 });
    expect(events).toEqual([]);
  });
});

describe('a store that fails', () => {
  test('loses no answered use, doubles none, and what is asked until it is answered counts once', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const store = memoryObjectStore();
      const { sink, events } = collecting();
      await tokensOn(store, sink).tokens.create(newToken());
      const { tokens } = tokensOn(aroundObjectStore(store, failing({ seed, rate: 0.2 })), sink);
      const untilAnswered = async (id: string): Promise<void> => {
        try {
          await tokens.use(NAME, useOf(id));
        } catch (error) {
          expect(error).toBeInstanceOf(StoreFailure);
          await untilAnswered(id);
        }
      };
      await Promise.all(idsOf(30).map(untilAnswered));
      await tokens.settled();
      await emitPending(store, sink, LATER);
      const record = await expectWhole(
        store,
        events.map(({ event_id }) => event_id),
      );
      expect(record.usage_count).toBe(30);
    }
  });
});

describe('events of uses', () => {
  test('reach the sink by themselves, and what it did not take goes with the next use', async () => {
    const data = memoryObjectStore();
    const { sink, used, events } = collecting(({ event_id }) => refused && event_id.endsWith('-2'));
    let refused = true;
    const { tokens } = tokensOn(data, sink);
    await tokens.create(newToken());
    for (const id of idsOf(3)) await tokens.use(NAME, useOf(id));
    await tokens.settled();
    expect(events.some(({ event_id }) => event_id.endsWith('-2'))).toBe(false);
    refused = false;
    await tokens.use(NAME, useOf('next'));
    await tokens.settled();
    expect(used()).toBe(4);
    await tokens.use(NAME, useOf('last'));
    await tokens.settled();
    // The mark follows one write later, so that it costs none of its own.
    expect(await readToken(data, NAME)).toMatchObject({ usage_count: 5, pending: [[5, 5]] });
  });

  test('are emitted once, by the process that accepted the use, also where others write and the sweep looks', async () => {
    const store = memoryObjectStore();
    const { sink, events } = collecting();
    // Stores of their own, so that neither knows what the other did.
    const processes = [0, 1].map((seed) => tokensOn(aroundObjectStore(store, yielding({ seed })), sink));
    await processes[0]!.tokens.create(newToken());
    for (const id of idsOf(40)) {
      await processes[Math.floor(Math.random() * 2)]!.tokens.use(NAME, useOf(id));
      await Promise.all(processes.map(({ tokens }) => tokens.settled()));
      await emitPending(store, sink, NOON + 9_000);
    }
    expect(events).toHaveLength(40);
    expect((await readToken(store, NAME))!.pending.length).toBeLessThanOrEqual(2);
  });

  test('that another process left are emitted by the next writer after ten seconds', async () => {
    const store = memoryObjectStore();
    const dead = tokensOn(aroundObjectStore(store, yielding({ seed: 1 })), { take: async () => [0] });
    await dead.tokens.create(newToken());
    await dead.tokens.use(NAME, useOf('a'));
    const { sink, events } = collecting();
    const alive = tokensOn(store, sink);
    await alive.tokens.use(NAME, useOf('b'));
    await alive.tokens.settled();
    expect(events.map(({ event_id }) => event_id.split('-')[2])).toEqual(['2']);
    alive.clock.now += 10_000;
    await alive.tokens.use(NAME, useOf('c', alive.clock.now));
    await alive.tokens.settled();
    expect(events.map(({ event_id }) => event_id.split('-')[2])).toEqual(['2', '1', '3']);
  });

  test('that this process emitted are not emitted again by its sweep, which takes the mark off', async () => {
    const data = memoryObjectStore();
    const { sink, events } = collecting();
    const { tokens } = tokensOn(data, sink);
    await tokens.create(newToken());
    await tokens.use(NAME, useOf('a'));
    await tokens.settled();
    expect(await readToken(data, NAME)).toMatchObject({ pending: [[1, 1]] });
    expect(await emitPending(data, sink, LATER)).toEqual({ events: 0, pending: 0 });
    expect(await readToken(data, NAME)).toMatchObject({ pending: [] });
    expect(events).toHaveLength(1);
  });

  test('carry the token’s name and an id of their own, whatever the use id was', async () => {
    const { sink, events } = collecting();
    const { tokens } = tokensOn(memoryObjectStore(), sink);
    await tokens.create(newToken());
    await tokens.create(newToken({ name: 'other-one' }));
    await tokens.use(NAME, useOf('same', NOON, { country: 'PT' }));
    await tokens.use('other-one', useOf('same'));
    await tokens.turn(NAME, 'revoke');
    await tokens.use(NAME, useOf('late'));
    await tokens.use(NAME, useOf('late'));
    await tokens.settled();
    expect(events.slice(0, 2)).toEqual([
      expect.objectContaining({ event_type: 'token_use', token: NAME, country: 'PT' }),
      expect.objectContaining({ event_type: 'token_use', token: 'other-one' }),
    ]);
    expect(events[0]).not.toHaveProperty('action');
    expect(events.slice(2).map(({ event_type, token }) => [event_type, token])).toEqual([
      ['token_rejected', NAME],
      ['token_rejected', NAME],
    ]);
    // The same wish that is refused twice is one.
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(3);
  });

  test('a sink that fails does not fail the use; it is told', async () => {
    const data = memoryObjectStore();
    const { tokens, failures } = tokensOn(data, {
      take: () => Promise.reject(new Error('the sink is away')),
    });
    await tokens.create(newToken());
    expect(await tokens.use(NAME, useOf('u'))).toMatchObject({ success: true });
    await tokens.settled();
    expect(failures).toEqual([new Error('the sink is away')]);
    const { sink, used } = collecting();
    await emitPending(data, sink, LATER);
    expect(used()).toBe(1);
  });

  test('a sweep reads the tokens that were written since the last one, and no others', async () => {
    const clock = { now: NOON };
    const { around, calls } = recording();
    const data = aroundObjectStore(memoryObjectStore({ now: () => clock.now }), around);
    const { sink } = collecting();
    const { tokens } = tokensOn(data, sink, clock);
    for (const name of idsOf(20, 'token-')) await tokens.create(newToken({ name }));
    clock.now += 3_600_000;
    await tokens.use('token-7', useOf('u'));
    await tokens.settled();
    await emitPending(data, sink, LATER);
    calls.length = 0;
    await emitPending(data, sink, LATER);
    expect(calls.filter(({ method }) => method === 'get').map(({ key }) => key.split('/').at(-1))).toEqual([
      'emitted.json',
      'token-7!.json',
    ]);
  });
});

describe('edits of a token', () => {
  test('name the generation that they were made from; uses do not raise it', async () => {
    const { tokens } = tokensOn(memoryObjectStore());
    await tokens.create(newToken({ usage_limit: 1 }));
    await tokens.use(NAME, useOf('u'));
    const edited = await tokens.edit(NAME, { usage_limit: 2 }, 1);
    expect(edited).toMatchObject({ generation: 2, usage_limit: 2, usage_count: 1 });
    await expect(tokens.edit(NAME, { usage_limit: 9 }, 1)).rejects.toThrow(StaleEdit);
    expect(await tokens.edit(NAME, { expires_at: NOON + 1 }, undefined)).toMatchObject({ usage_limit: 2 });
    await expect(tokens.edit('nobody', {}, undefined)).rejects.toThrow(UnknownToken);
  });

  test('a limit above the count reactivates an exhausted token, one below the count exhausts it', async () => {
    const { tokens } = tokensOn(memoryObjectStore());
    await tokens.create(newToken({ usage_limit: 1 }));
    await tokens.use(NAME, useOf('a'));
    expect(await tokens.use(NAME, useOf('b'))).toMatchObject({ rejection_reason: 'exhausted', remaining: 0 });
    expect(statusOf(await tokens.edit(NAME, { usage_limit: 3 }, undefined), NOON)).toBe('active');
    expect(await tokens.use(NAME, useOf('b'))).toMatchObject({ success: true, remaining: 1 });
    expect(statusOf(await tokens.edit(NAME, { usage_limit: 1 }, undefined), NOON)).toBe('exhausted');
    expect(await tokens.use(NAME, useOf('c'))).toMatchObject({
      success: false,
      usage_count: 2,
      remaining: 0,
    });
  });

  test('revoke, pause, resume and reactivate lead where they say, and twice is once', async () => {
    const { tokens } = tokensOn(memoryObjectStore());
    await tokens.create(newToken());
    const steps = [
      ['pause', 'paused', 2],
      ['pause', 'paused', 2],
      ['resume', 'active', 3],
      ['resume', 'active', 3],
      ['revoke', 'revoked', 4],
      ['revoke', 'revoked', 4],
      ['reactivate', 'active', 5],
      ['reactivate', 'active', 5],
      ['pause', 'paused', 6],
      ['reactivate', 'active', 7],
    ] as const;
    for (const [turn, state, generation] of steps)
      expect(await tokens.turn(NAME, turn)).toMatchObject({
        state,
        generation,
        revoked_at: state === 'revoked' ? NOON : null,
      });
    await tokens.turn(NAME, 'revoke');
    await expect(tokens.turn(NAME, 'pause')).rejects.toThrow('only reactivate leads on');
    await expect(tokens.turn(NAME, 'resume')).rejects.toThrow(WrongState);
  });

  test('reactivating what is spent says what would help', async () => {
    const { tokens, clock } = tokensOn(memoryObjectStore());
    await tokens.create(newToken({ usage_limit: 1, expires_at: NOON + 10 }));
    await tokens.use(NAME, useOf('u'));
    await expect(tokens.turn(NAME, 'reactivate')).rejects.toThrow('raise its usage_limit above 1');
    clock.now += 10;
    await expect(tokens.turn(NAME, 'reactivate')).rejects.toThrow('give it an expires_at');
  });
});
