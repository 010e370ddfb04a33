import { describe, expect, test } from '@jest/globals';
import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';

describe('Cache paths', () => {
  test('lie below the key-based folder of their namespace', () => {
    expect(keyBasedPath('sa-cloudfront-raw', 'standard.E2X/2026-02-16/14-30', 'ab.1', 'parquet')).toBe(
      'sa-cloudfront-raw/data/key-based/standard.E2X/2026-02-16/14-30/ab.1.parquet',
    );
  });

  test('list what has the cache key, or with none the whole namespace', () => {
    expect(keyBasedFolder('bb-keys', 'a/b')).toBe('bb-keys/data/key-based/a/b/');
    expect(keyBasedFolder('bb-keys', '')).toBe('bb-keys/data/key-based/');
    expect(keyBasedPath('bb-keys', '', 'id', 'json')).toBe('bb-keys/data/key-based/id.json');
  });
});
