import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { type ApiKey, schema as z } from '@sgraph-backbone/layer/runtime';
import { NAMESPACES, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const storedKey = z.object({
  id: z.string(),
  /** What audit entries call it. */
  name: z.string(),
  /** SHA-256 of the key. */
  hash,
  scopes: z.array(z.string()),
  /** Epoch ms, as all instants here. */
  created_at: z.int(),
  created_by: z.string(),
  expires_at: z.int().nullable(),
  /** Day (UTC), written once. */
  last_used: z.string().nullable(),
  rotated_at: z.int().nullable(),
  /** Keys that this one has replaced, as long as they open. */
  previous: z.array(z.object({ hash, until: z.int() })),
});

/** A key that came with the machine or the deployment, and opens no longer. */
const retired = z.object({
  hash,
  from: z.int(),
  /** It opens until the key with this hash has been used: what nobody holds must not replace what somebody does. */
  until_used: hash.nullable(),
});

const keyDocument = z.object({ keys: z.array(storedKey), retired: z.array(retired) });

/** A key as it is kept: never its text. */
export type StoredKey = z.infer<typeof storedKey>;
/** All keys of a store, in one object that changes by compare-and-set. */
export type KeyDocument = z.infer<typeof keyDocument>;

/** The keys in the store are not what was written there; the message names the object and the member. */
export class KeysDamaged extends Error {
  override readonly name = 'KeysDamaged';
}

export const NO_KEYS: KeyDocument = { keys: [], retired: [] };

export const KEYS_OBJECT = keyBasedPath(NAMESPACES.keys, 'keyring', 'keys', 'json');

/** Throws KeysDamaged: without knowing which keys were taken away, none may open. */
export async function readKeys(data: ObjectStore): Promise<KeyDocument> {
  return checkedKeys((await readJson<unknown>(data, KEYS_OBJECT))?.value);
}

export function checkedKeys(value: unknown): KeyDocument {
  if (value === undefined) return NO_KEYS;
  const read = keyDocument.safeParse(value);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  throw new KeysDamaged(`${KEYS_OBJECT} in the store holds no keys: ${path.join('.')}: ${message}`);
}

/** A key that opens, and which of the stored ones it is. */
export interface OpenKey extends ApiKey {
  readonly stored?: StoredKey;
}

/** What opens at an instant: the stored keys, those they have replaced of late, and what the deployment brought. */
export function openKeys(document: KeyDocument, bootstrap: readonly ApiKey[], now: number): OpenKey[] {
  const stored = document.keys.filter((key) => !isExpired(key, now));
  return [
    ...bootstrap.filter((key) => !isRetired(document, key, now)),
    ...stored.flatMap((key) => hashesOf(key, now).map((one) => ({ ...apiKey(key), hash: one, stored: key }))),
  ];
}

/** Epoch ms: until then the same keys open. */
export function sameUntil({ keys, retired }: KeyDocument, now: number): number {
  const instants = [
    ...retired.map(({ from }) => from),
    ...keys.flatMap(({ expires_at, previous }) => [expires_at ?? now, ...previous.map(({ until }) => until)]),
  ];
  return Math.min(...instants.filter((instant) => instant > now));
}

export function isExpired({ expires_at }: StoredKey, now: number): boolean {
  return expires_at !== null && expires_at <= now;
}

/** Whether a key of the deployment opens no longer. */
export function isRetired({ retired }: KeyDocument, key: ApiKey, now: number): boolean {
  return retired.some((one) => one.hash === key.hash && one.until_used === null && one.from <= now);
}

function hashesOf({ hash, previous }: StoredKey, now: number): string[] {
  return [hash, ...previous.filter(({ until }) => until > now).map((one) => one.hash)];
}

function apiKey({ id, name, hash, scopes }: StoredKey): ApiKey {
  return { id, name, hash, scopes: scopes as ApiKey['scopes'] };
}
