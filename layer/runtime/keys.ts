import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpError } from './http-error.ts';

/** What a key may do; `admin` holds all of them. */
export const SCOPES = {
  'traffic:read': 'read traffic numbers',
  'pipeline:read': 'see what waits, what was processed and what was refused',
  'pipeline:write': 'run the steps of the pipeline',
  'cache:read': 'browse what the pipeline has stored',
  'settings:read': 'read the settings of the site',
  'settings:write': 'change the settings of the site',
  'events:write': 'report events of an application, and what happens to its transfers',
  'tokens:use': 'ask whether an invitation token may be used',
  'tokens:read': 'see invitation tokens and how they are used',
  'tokens:write': 'make, change and revoke invitation tokens',
  'transfers:read': 'see what happened to transfers',
  'transfers:write': 'erase the history of transfers',
  'costs:read': 'see what the site costs',
  'costs:write': 'ask AWS for costs, which costs money itself',
  'audit:read': 'see who changed what',
  llm: 'ask language models through the proxy',
  read: 'everything that can be read: each scope that ends in ":read"',
  admin: 'everything',
} as const;
export type Scope = keyof typeof SCOPES;
/** What a route asks for; `any`: a known key, whatever it may do. */
export type RequiredScope = Scope | 'any';

/** What a key was given: one of the scopes, or everything in one namespace of the cache service. */
export type GrantedScope = Scope | `cache:${string}`;

/** A key as it is kept: its hash only. */
export interface ApiKey {
  /** For logs and audit entries; never the key itself. */
  readonly name: string;
  /** SHA-256 of the key, 64 hex digits. */
  readonly hash: string;
  readonly scopes: readonly GrantedScope[];
  /** Of a key that is kept in the store. */
  readonly id?: string;
  /** Keeps that it was used today; never throws. */
  used?(): Promise<void>;
}

/** The keys of this moment: a list, or whatever fetches and caches it. */
export type Keyring = () => readonly ApiKey[] | Promise<readonly ApiKey[]>;

/** A key with the scope `admin`. */
export function adminKey(key: string): ApiKey {
  return { name: 'admin', hash: keyHash(key), scopes: ['admin'] };
}

export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * The key that a request carries (`x-api-key`, or `Authorization: Bearer`), if it may do this.
 * Throws 401 without a known key and 403 naming the missing scope.
 */
export async function authorise(
  headers: Readonly<Record<string, string | undefined>>,
  scope: RequiredScope,
  keyring: Keyring,
): Promise<ApiKey> {
  const given = givenKey(headers);
  if (given === undefined)
    throw unauthorised('this needs a key: send it as x-api-key or Authorization: Bearer');
  const key = knownKey(given, await keyring());
  if (key === undefined) throw unauthorised('this key is not known');
  await key.used?.();
  if (scope === 'any' || permits(key, scope)) return key;
  throw new HttpError(403, 'missing_scope', `this key lacks the scope "${scope}" (${SCOPES[scope]})`, {
    details: { missing: scope, scopes: key.scopes },
  });
}

/** Whether a key may do this; `admin` may do everything, `read` whatever only reads. */
export function permits({ scopes }: Pick<ApiKey, 'scopes'>, scope: Scope): boolean {
  if (scopes.includes('admin') || scopes.includes(scope)) return true;
  return scope.endsWith(':read') && scopes.includes('read');
}

function givenKey(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  return headers['x-api-key']?.trim() || bearer?.[1];
}

/** The key with this text. Compares with every one in full: how long it takes says nothing about any of them. */
export function knownKey(given: string, keys: readonly ApiKey[]): ApiKey | undefined {
  const hash = createHash('sha256').update(given).digest();
  let known: ApiKey | undefined;
  for (const key of keys) {
    if (timingSafeEqual(bytesOf(key), hash)) known = key;
  }
  return known;
}

/** Keyrings answer the same keys for a while: their hashes are unpacked once. */
function bytesOf(key: ApiKey): Uint8Array {
  const bytes = unpacked.get(key) ?? Buffer.from(key.hash, 'hex');
  unpacked.set(key, bytes);
  return bytes;
}

const unpacked = new WeakMap<ApiKey, Uint8Array>();

function unauthorised(message: string): HttpError {
  return new HttpError(401, 'unauthorized', message, { headers: { 'www-authenticate': 'Bearer' } });
}
