import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { BOOTSTRAP, KEYRING_AGE, KEYS_OBJECT, KeysDamaged, MOST_KEYS } from '@sgraph-backbone/layer/keys';
import { adminKey, keyHash } from '@sgraph-backbone/layer/runtime';
import { writeJson } from '@sgraph-backbone/layer/store';
import { aroundObjectStore, failing, recording } from '../../stores/index.ts';
import { AT, aKeyring, BOOTSTRAP_TEXT, everythingIn } from './a-keyring.ts';

const BY = { at: AT, actor: 'admin' };
const DAY = 86_400_000;
const READER = { name: 'reader', scopes: ['traffic:read' as const], expires_at: null };
const ADMIN = { name: 'second admin', scopes: ['admin' as const], expires_at: null };

describe('a key', () => {
  test('says by its beginning which one it is, and is kept as its hash alone', async () => {
    const { keys, data } = aKeyring();
    const { shown, text } = await keys.create(READER, BY);
    expect(text).toMatch(/^bb_[a-z2-9]{10}_[\w-]{43}$/);
    expect(text.startsWith(shown.prefix!)).toBe(true);
    const stored = await everythingIn(data);
    expect(stored).toContain(keyHash(text));
    expect(stored).not.toContain(text.slice(shown.prefix!.length));
    expect(JSON.stringify(await keys.list())).not.toContain(text.slice(shown.prefix!.length));
    expect(JSON.stringify(await keys.list())).not.toContain(keyHash(text));
  });

  test('opens until it is taken away, in the process that did so at once, elsewhere within a minute', async () => {
    const { keys, another, opens, clock } = aKeyring();
    const other = another();
    const { shown, text } = await keys.create(READER, BY);
    expect([await opens(text), await opens(text, other)]).toEqual([true, true]);
    await keys.remove(shown.id, adminKey('x'));
    expect([await opens(text), await opens(text, other)]).toEqual([false, true]);
    clock.now += KEYRING_AGE - 1;
    expect(await opens(text, other)).toBe(true);
    clock.now += 1;
    expect(await opens(text, other)).toBe(false);
  });

  test('expires at its instant', async () => {
    const { keys, opens, clock } = aKeyring();
    const { shown, text } = await keys.create({ ...READER, expires_at: AT + 1_000 }, BY);
    clock.now = AT + 999;
    expect(await opens(text)).toBe(true);
    clock.now = AT + 1_000;
    expect(await opens(text)).toBe(false);
    expect((await keys.list()).at(-1)).toMatchObject({ id: shown.id, state: 'expired' });
    await expect(keys.rotate(shown.id, 0, { ...BY, at: clock.now })).rejects.toMatchObject({
      code: 'expired',
    });
  });

  test('that is rotated opens with its old text as well, for the grace time and no longer', async () => {
    const { keys, opens, clock } = aKeyring();
    const first = await keys.create(READER, BY);
    const second = await keys.rotate(first.shown.id, DAY, BY);
    const third = await keys.rotate(first.shown.id, DAY / 2, BY);
    const texts = [first.text, second.text, third.text];
    expect(await Promise.all(texts.map((text) => opens(text)))).toEqual([true, true, true]);
    clock.now = AT + DAY / 2;
    expect(await Promise.all(texts.map((text) => opens(text)))).toEqual([true, false, true]);
    clock.now = AT + DAY;
    expect(await Promise.all(texts.map((text) => opens(text)))).toEqual([false, false, true]);
    expect((await keys.list()).at(-1)).toMatchObject({
      id: first.shown.id,
      name: 'reader',
      scopes: ['traffic:read'],
    });
  });

  test('that leaked is replaced without any grace', async () => {
    const { keys, opens } = aKeyring();
    const first = await keys.create(READER, BY);
    const second = await keys.rotate(first.shown.id, 0, BY);
    expect([await opens(first.text), await opens(second.text)]).toEqual([false, true]);
  });

  test('has a name of its own; there are so many of them and no more', async () => {
    const { keys } = aKeyring();
    await keys.create(READER, BY);
    await expect(keys.create({ ...READER, name: 'READER' }, BY)).rejects.toMatchObject({
      code: 'name_taken',
    });
    for (let count = 1; count < MOST_KEYS; count++)
      await keys.create({ ...READER, name: `reader ${count}` }, BY);
    await expect(keys.create({ ...READER, name: 'one more' }, BY)).rejects.toMatchObject({
      code: 'too_many_keys',
    });
    await expect(keys.remove('nobody', adminKey('x'))).rejects.toMatchObject({ status: 404 });
    await expect(keys.rotate('nobody', 0, BY)).rejects.toMatchObject({ status: 404 });
  });

  test('is made once each by many who ask at the same time', async () => {
    const { keys, another, opens } = aKeyring();
    const stores = [keys, another()];
    const made = await Promise.all(
      Array.from({ length: 24 }, (_, at) => stores[at % 2]!.create({ ...READER, name: `reader ${at}` }, BY)),
    );
    expect(await keys.list()).toHaveLength(25);
    for (const { text } of made) expect(await opens(text)).toBe(true);
  });
});

describe('the last day of use', () => {
  test('is written once for a key and day, also when many requests come together', async () => {
    const { around, calls } = recording();
    const { keys, another, use, clock, opens } = aKeyring(aroundObjectStore(memoryObjectStore(), around));
    const { shown, text } = await keys.create(READER, BY);
    const puts = () => calls.filter(({ method }) => method === 'put').length;
    const before = puts();
    const other = another();
    await Promise.all(Array.from({ length: 20 }, () => use(text)));
    await use(text, other);
    clock.now += 2 * KEYRING_AGE;
    for (const store of [keys, other, another()]) await use(text, store);
    expect(puts() - before).toBe(1);
    expect((await keys.list()).at(-1)).toMatchObject({ id: shown.id, last_used: '2026-02-16' });
    clock.now += DAY;
    await use(text);
    await use(text);
    expect(puts() - before).toBe(2);
    expect((await keys.list()).at(-1)).toMatchObject({ last_used: '2026-02-17' });
    expect(await opens(text)).toBe(true);
  });

  test('that can’t be kept stops nobody, and is logged without the key', async () => {
    const inner = memoryObjectStore();
    const made = aKeyring(inner);
    const { text } = await made.keys.create(READER, BY);
    // The keyring is read; nothing goes right after that.
    const around = failing({ seed: 1, rate: 1, from: 1 });
    const { use, opens, logged } = aKeyring(aroundObjectStore(inner, around));
    await use(text);
    expect(await opens(text)).toBe(true);
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain(text.slice(14));
  });
});

describe('the key of the deployment', () => {
  test('opens until its successor has been used and the grace time is over', async () => {
    const { keys, opens, use, clock } = aKeyring();
    const { shown, text } = await keys.rotate(BOOTSTRAP, DAY, BY);
    expect(shown).toMatchObject({ name: 'admin', scopes: ['admin'], expires_at: null });
    clock.now = AT + 30 * DAY;
    expect(await opens(BOOTSTRAP_TEXT)).toBe(true);
    await use(text);
    expect([await opens(BOOTSTRAP_TEXT), await opens(text)]).toEqual([false, true]);
    expect((await keys.list())[0]).toMatchObject({ id: BOOTSTRAP, state: 'removed' });
  });

  test('opens for the grace time when its successor is used at once', async () => {
    const { keys, opens, use, clock } = aKeyring();
    const { text } = await keys.rotate(BOOTSTRAP, DAY, BY);
    await use(text);
    expect(await opens(BOOTSTRAP_TEXT)).toBe(true);
    clock.now = AT + DAY;
    expect([await opens(BOOTSTRAP_TEXT), await opens(text)]).toEqual([false, true]);
  });

  test('can be rotated again when the answer was lost, and the lost key goes', async () => {
    const { keys, opens, use, clock } = aKeyring();
    const lost = await keys.rotate(BOOTSTRAP, 1_000, BY);
    const kept = await keys.rotate(BOOTSTRAP, 1_000, BY);
    expect(kept.shown.id).toBe(lost.shown.id);
    expect((await keys.list()).map(({ id }) => id)).toEqual([BOOTSTRAP, kept.shown.id]);
    clock.now = AT + 1_000;
    expect([await opens(lost.text), await opens(BOOTSTRAP_TEXT)]).toEqual([false, true]);
    await use(kept.text);
    expect(await opens(BOOTSTRAP_TEXT)).toBe(false);
  });

  test('never opens again once it was replaced', async () => {
    const { keys, opens, use, clock } = aKeyring();
    const { text, shown } = await keys.rotate(BOOTSTRAP, 0, BY);
    await use(text);
    await expect(keys.rotate(BOOTSTRAP, DAY, BY)).rejects.toMatchObject({ code: 'replaced' });
    await keys.rotate(shown.id, DAY, BY);
    clock.now += 100 * DAY;
    expect(await opens(BOOTSTRAP_TEXT)).toBe(false);
  });

  test('is taken away with another admin key only, and only where one that stays is left', async () => {
    const { keys, opens } = aKeyring();
    const short = await keys.create({ ...ADMIN, name: 'short', expires_at: AT + DAY }, BY);
    const holder = { ...adminKey(short.text), id: short.shown.id };
    await expect(keys.remove(BOOTSTRAP, adminKey(BOOTSTRAP_TEXT))).rejects.toMatchObject({
      code: 'needs_another_key',
    });
    await expect(keys.remove(BOOTSTRAP, holder)).rejects.toMatchObject({ code: 'last_admin_key' });
    const second = await keys.create(ADMIN, BY);
    await keys.remove(BOOTSTRAP, holder);
    expect([await opens(BOOTSTRAP_TEXT), await opens(second.text)]).toEqual([false, true]);
    await expect(keys.remove(second.shown.id, holder)).rejects.toMatchObject({ code: 'last_admin_key' });
    expect(await opens(second.text)).toBe(true);
  });

  test('stays when its successor is taken away before anybody has used it', async () => {
    const { keys, opens, use, clock } = aKeyring();
    const { shown, text } = await keys.rotate(BOOTSTRAP, 0, BY);
    await keys.remove(shown.id, adminKey(BOOTSTRAP_TEXT));
    await use(text);
    clock.now += 100 * DAY;
    expect(await opens(BOOTSTRAP_TEXT)).toBe(true);
  });

  test('opens again as another text: whoever has the machine is never locked out', async () => {
    const { keys, opens, use, brought } = aKeyring();
    const { text } = await keys.rotate(BOOTSTRAP, 0, BY);
    await use(text);
    brought.text = 'another key of the deployment';
    expect([await opens(BOOTSTRAP_TEXT), await opens(brought.text)]).toEqual([false, true]);
  });
});

describe('keys that somebody damaged', () => {
  test.each([{ keys: [{ id: 'a' }], retired: [] }, { keys: [] }, [], 'x', null])(
    'open nothing: %j',
    async (value) => {
      const { keys, data } = aKeyring();
      await writeJson(data, KEYS_OBJECT, value);
      await expect(Promise.resolve(keys.keyring())).rejects.toThrow(KeysDamaged);
      await expect(keys.create(READER, BY)).rejects.toThrow(KeysDamaged);
      await data.delete(KEYS_OBJECT);
      expect(await keys.keyring()).toHaveLength(1);
    },
  );
});
