import { hash } from 'node:crypto';
import type { Listed } from '@sgraph-backbone/layer/store';

/**
 * What stands in the place of an object that is about to be deleted, on servers whose conditional delete can't tell
 * who of two deleted it. A listing tells size and ETag alone: they have to be enough to know it by.
 */
export const TOMBSTONE = Buffer.from('backbone: this object is about to be deleted\n');

const ETAG = hash('md5', TOMBSTONE);

/** A row that stands for no object. */
export function isTombstone(row: Listed): boolean {
  return 'key' in row && row.size === TOMBSTONE.length && row.etag === ETAG;
}
