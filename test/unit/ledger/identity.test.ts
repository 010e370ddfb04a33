import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { type IdentityContext, identitySecret } from '@sgraph-backbone/layer/ledger';
import { BadStoreInput, OBSERVABILITY } from '@sgraph-backbone/layer/store';

let made = 0;
const randomness = {
  bytes: () => new Uint8Array(32).fill(++made),
  id: () => String(++made).padStart(8, '0'),
};
const halves = (): IdentityContext => ({
  data: memoryObjectStore(),
  observability: memoryObjectStore(),
  now: () => 1,
  randomness,
});

describe('the identity secret', () => {
  test('is made at first need, and the same for everybody', async () => {
    const store = halves();
    const secrets = await Promise.all(Array.from({ length: 8 }, () => identitySecret(store)));
    for (const secret of secrets) expect(secret).toEqual(secrets[0]);
    expect(await identitySecret(store)).toEqual(secrets[0]);
  });

  test('is refused where the log objects and secrets of the data are not, and nothing is written there', async () => {
    const store = halves();
    const secret = await identitySecret(store);
    for (const observability of [memoryObjectStore(), (await another()).observability]) {
      const before = await keysIn(observability);
      await expect(identitySecret({ ...store, observability })).rejects.toThrow(BadStoreInput);
      expect(await keysIn(observability)).toEqual(before);
    }
    expect(await identitySecret(store)).toEqual(secret);
  });

  test('of a store that does not say whose it is stays, and is noted', async () => {
    const { data, ...store } = halves();
    const secret = await identitySecret({ ...store, data });
    const older = memoryObjectStore();
    expect(await identitySecret({ ...store, data: older })).toEqual(secret);
    await expect(identitySecret({ ...halves(), data: older })).rejects.toThrow('observability');
  });
});

async function another(): Promise<IdentityContext> {
  const store = halves();
  await identitySecret(store);
  return store;
}

async function keysIn(store: IdentityContext['observability']): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of store.list(OBSERVABILITY.secrets)) keys.push('key' in row ? row.key : row.prefix);
  return keys;
}
