import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import { NAMESPACES } from '@sgraph-backbone/layer/store';

const NAMESPACE = NAMESPACES.tokens;

/** Cache key of the records. */
export const RECORDS = 'records';

// Before `-` and digits in byte order, so that keys are in the order of names: `ab` before `ab-c`.
const END = '!';

/** Key of a token's record. */
export function recordKey(name: string): string {
  return keyBasedPath(NAMESPACE, RECORDS, name + END, 'json');
}

/** Folder of all records. */
export function recordFolder(): string {
  return keyBasedFolder(NAMESPACE, RECORDS);
}

/** The name whose record has this key. */
export function nameOfKey(key: string): string {
  return key.slice(recordFolder().length, key.lastIndexOf(END));
}

/** Key of sealed uses. Digits are padded, so that keys are in the order of uses. */
export function chunkKey(name: string, from: number, to: number): string {
  const [first, last] = [from, to].map((number) => String(number).padStart(12, '0'));
  return keyBasedPath(NAMESPACE, `events/${name}`, `${first}-${last}`, 'json');
}

/** Key of how far the sweeper has looked. */
export function sweepKey(): string {
  return keyBasedPath(NAMESPACE, 'sweep', 'emitted', 'json');
}
