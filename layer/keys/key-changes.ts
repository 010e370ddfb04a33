import { type ApiKey, type GrantedScope, HttpError } from '@sgraph-backbone/layer/runtime';
import { isExpired, type KeyDocument, type StoredKey } from './key-document.ts';

/** Keys of one store: enough for one each of many applications, few enough to compare with every one. */
export const MOST_KEYS = 200;

/** Replaced keys of one name that may open at the same time. */
const MOST_PREVIOUS = 10;

/** Who is allowed to do what, as a request asks for it. */
export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly GrantedScope[];
  /** Epoch ms. */
  readonly expires_at: number | null;
}

/** Who changes keys, and when (epoch ms). */
export interface Change {
  readonly at: number;
  readonly actor: string;
}

/** A new key of which nothing but the hash is kept. */
export interface NewKey {
  readonly id: string;
  readonly hash: string;
}

/** Throws 409 for a name that is taken, and beyond the number of keys. */
export function addKey(
  document: KeyDocument,
  { id, hash }: NewKey,
  request: KeyRequest,
  { at, actor }: Change,
): KeyDocument {
  if (document.keys.some(({ name }) => name.toLowerCase() === request.name.toLowerCase()))
    throw new HttpError(409, 'name_taken', `there is a key with the name "${request.name}"`);
  if (document.keys.length >= MOST_KEYS)
    throw new HttpError(409, 'too_many_keys', `there are ${MOST_KEYS} keys: delete those that nobody uses`);
  const key: StoredKey = {
    id,
    hash,
    name: request.name,
    scopes: [...new Set(request.scopes)].sort(),
    created_at: at,
    created_by: actor,
    expires_at: request.expires_at,
    last_used: null,
    rotated_at: null,
    previous: [],
  };
  return { ...document, keys: [...document.keys, key] };
}

/** Both keys open until `until`. Throws 404, 409 for an expired key and for too many rotations at once. */
export function rotateKey(
  document: KeyDocument,
  { id, hash }: NewKey,
  until: number,
  at: number,
): KeyDocument {
  const key = foundKey(document, id);
  if (isExpired(key, at))
    throw new HttpError(409, 'expired', `the key "${key.name}" has expired: make a new one`);
  const previous = [...key.previous, { hash: key.hash, until }].filter((one) => one.until > at);
  if (previous.length > MOST_PREVIOUS) {
    const message = `"${key.name}" was replaced ${MOST_PREVIOUS} times within the grace time: delete it and make a new one`;
    throw new HttpError(409, 'too_many_rotations', message);
  }
  return {
    keys: document.keys.map((one) => (one.id === id ? { ...key, hash, rotated_at: at, previous } : one)),
    retired: document.retired.map((one) =>
      one.until_used === key.hash ? { ...one, until_used: hash } : one,
    ),
  };
}

/** Throws 404, and 409 for the last key that can manage the others. What nobody has used replaces nothing any more. */
export function removeKey(document: KeyDocument, id: string, bootstrap: readonly ApiKey[]): KeyDocument {
  const key = foundKey(document, id);
  const hashes = [key.hash, ...key.previous.map(({ hash }) => hash)];
  const left = {
    keys: document.keys.filter((one) => one.id !== id),
    retired: document.retired.filter(({ until_used }) => until_used === null || !hashes.includes(until_used)),
  };
  if (key.scopes.includes('admin')) checkAdmin(left, bootstrap);
  return left;
}

/**
 * The key of the deployment opens until `until`, and then until the one that replaces it has been used. Throws 409 for
 * one that was replaced or taken away before: it must not open again.
 */
export function retireWhenUsed(
  document: KeyDocument,
  key: ApiKey,
  until: number,
  successor: string,
): KeyDocument {
  if (document.retired.some(({ hash, until_used }) => hash === key.hash && until_used === null))
    throw new HttpError(
      409,
      'replaced',
      'the key of the deployment was replaced before: rotate the one that did',
    );
  return retire(document, { hash: key.hash, from: until, until_used: successor });
}

/** The key of the deployment opens no longer. Throws 409 where no other key could manage the others. */
export function retireNow(
  document: KeyDocument,
  key: ApiKey,
  bootstrap: readonly ApiKey[],
  at: number,
): KeyDocument {
  const left = retire(document, { hash: key.hash, from: at, until_used: null });
  checkAdmin(left, bootstrap);
  return left;
}

/** That a key was used on a day; undefined where that is known. */
export function noteUse(document: KeyDocument, { id, hash }: NewKey, day: string): KeyDocument | undefined {
  const key = document.keys.find((one) => one.id === id);
  if (key === undefined) return undefined;
  const isWaited = document.retired.some(({ until_used }) => until_used === hash);
  if (!isWaited && key.last_used !== null && key.last_used >= day) return undefined;
  return {
    keys: document.keys.map((one) => (one.id === id ? { ...one, last_used: day } : one)),
    retired: document.retired.map((one) => (one.until_used === hash ? { ...one, until_used: null } : one)),
  };
}

function retire({ keys, retired }: KeyDocument, one: KeyDocument['retired'][number]): KeyDocument {
  return { keys, retired: [...retired.filter(({ hash }) => hash !== one.hash), one] };
}

export function foundKey({ keys }: KeyDocument, id: string): StoredKey {
  const found = keys.find((key) => key.id === id);
  if (found !== undefined) return found;
  throw new HttpError(404, 'not_found', `there is no key ${JSON.stringify(id.slice(0, 60))}`);
}

/** A key that stays, and may manage the others. */
function checkAdmin({ keys, retired }: KeyDocument, bootstrap: readonly ApiKey[]): void {
  const stays = keys.some((key) => key.scopes.includes('admin') && key.expires_at === null);
  const isKept = bootstrap.some((key) => !retired.some(({ hash }) => hash === key.hash));
  if (stays || isKept) return;
  const message = 'no admin key that does not expire would be left: make another one first';
  throw new HttpError(409, 'last_admin_key', message);
}
