import { expect, test } from '@jest/globals';
import { keyHash } from '@sgraph-backbone/layer/runtime';
import { KEY_AGE, secretKeyring } from '../../../lambdas/admin-api/secret-keyring.ts';

test('the key is read once in a minute, and a new one opens after that', async () => {
  const clock = { now: 0 };
  let secret = 'the first key';
  let reads = 0;
  const keyring = secretKeyring(
    async () => {
      reads++;
      return secret;
    },
    () => clock.now,
  );
  const hashes = async () => (await keyring()).map(({ hash }) => hash);
  expect(await Promise.all([hashes(), hashes()])).toEqual([[keyHash(secret)], [keyHash(secret)]]);
  expect(reads).toBe(1);
  secret = 'the second key';
  clock.now = KEY_AGE - 1;
  expect(await hashes()).toEqual([keyHash('the first key')]);
  clock.now = KEY_AGE;
  expect(await hashes()).toEqual([keyHash('the second key')]);
});

test('a key that can’t be read is asked for again by the next request', async () => {
  let fails = true;
  const read = async () => {
    if (fails) throw new Error('AccessDeniedException');
    return 'the key';
  };
  const keyring = secretKeyring(read, () => 0);
  await expect(keyring()).rejects.toThrow('AccessDeniedException');
  fails = false;
  expect(await keyring()).toHaveLength(1);
});
