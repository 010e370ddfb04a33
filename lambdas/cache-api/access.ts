import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type ApiKey,
  type HttpRequest,
  type Keyring,
  knownKey,
  permits,
  type Scope,
} from '@sgraph-backbone/layer/runtime';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import { WireError } from './wire-error.ts';

/** The one key of the original's scheme: what header and cookie it comes in, and what it is. */
export interface ServiceKey {
  readonly name?: string;
  readonly value?: string;
}

export interface AccessOptions {
  /** Our own keys, with scopes. */
  readonly keyring: Keyring;
  /** @default our own keys alone */
  readonly serviceKey?: ServiceKey;
}

/** What the holder of a key may do here. */
export interface Caller {
  readonly mayRead: (namespace: string) => boolean;
  readonly mayWrite: (namespace: string) => boolean;
}

/** Name of the cookie where the environment names none. */
export const DEFAULT_COOKIE = 'auth-cookie';

/** Backbone's own namespaces: read with the scope `cache:read`, never written here. */
export function isPipelineNamespace(namespace: string): boolean {
  return /^(?:sa|bb)-/.test(namespace);
}

/** Hashes of the keys of the API lie there; nothing reads them over HTTP. */
const SECRET_NAMESPACE: string = NAMESPACES.keys;

/** Finds out who asks: our own keys in `x-api-key` or as Bearer, the service's key in its header or cookie. */
export async function callerOf(request: HttpRequest, options: AccessOptions): Promise<Caller> {
  const { keyring, serviceKey } = options;
  const given = givenKeys(request, serviceKey);
  if (given.some((key) => isServiceKey(key, serviceKey))) return SERVICE;
  if (given.length > 0) {
    const keys = await keyring();
    const own = given.map((key) => knownKey(key, keys)).find((key) => key !== undefined);
    await own?.used?.();
    if (own !== undefined) return callerWith(own);
  }
  throw refusal(given.length === 0, serviceKey);
}

/** Throws 403 unless this caller may read the namespace. */
export function checkRead(caller: Caller, namespace: string): void {
  if (caller.mayRead(namespace)) return;
  throw new WireError(403, `this key may not read the namespace "${namespace}"; ${scopeFor(namespace)}`);
}

/** Throws 403 unless this caller may write there; into the pipeline's namespaces nobody writes. */
export function checkWrite(caller: Caller, namespace: string): void {
  if (isPipelineNamespace(namespace)) {
    throw new WireError(
      403,
      `"${namespace}" belongs to the pipeline: it can be read and never written, updated or deleted`,
    );
  }
  if (caller.mayWrite(namespace)) return;
  throw new WireError(
    403,
    `this key may not write into the namespace "${namespace}"; ${scopeFor(namespace)}`,
  );
}

const OWN_SCOPES: Readonly<Record<string, Scope>> = {
  [NAMESPACES.tokens]: 'tokens:read',
  [NAMESPACES.transfers]: 'transfers:read',
  [NAMESPACES.audit]: 'audit:read',
  [NAMESPACES.costs]: 'costs:read',
};

function scopeFor(namespace: string): string {
  if (namespace === SECRET_NAMESPACE) return 'nobody reads it over HTTP';
  if (!isPipelineNamespace(namespace)) return `it needs cache:${namespace}`;
  const own = OWN_SCOPES[namespace];
  return own === undefined ? 'it needs the scope cache:read' : `it needs the scopes cache:read and ${own}`;
}

const SERVICE: Caller = {
  mayRead: (namespace) => namespace !== SECRET_NAMESPACE,
  mayWrite: (namespace) => !isPipelineNamespace(namespace),
};

function callerWith(key: ApiKey): Caller {
  if (permits(key, 'admin')) return SERVICE;
  // `cache:read` opens the pipeline's namespaces, not one that happens to be called "read".
  const holds = (namespace: string) => namespace !== 'read' && key.scopes.includes(`cache:${namespace}`);
  return {
    mayRead: (namespace) => {
      if (namespace === SECRET_NAMESPACE) return false;
      return isPipelineNamespace(namespace) ? mayReadOwn(key, namespace) : holds(namespace);
    },
    mayWrite: (namespace) => !isPipelineNamespace(namespace) && holds(namespace),
  };
}

/** What has routes with a scope of their own needs that one here as well. */
function mayReadOwn(key: ApiKey, namespace: string): boolean {
  const own = OWN_SCOPES[namespace];
  return permits(key, 'cache:read') && (own === undefined || permits(key, own));
}

function givenKeys({ headers }: HttpRequest, serviceKey: ServiceKey | undefined): string[] {
  const name = serviceKey?.name;
  const header = name === undefined ? undefined : headers[name.toLowerCase()];
  const cookie = header === undefined ? cookieOf(headers.cookie, name ?? DEFAULT_COOKIE) : undefined;
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const all = [header, cookie, headers['x-api-key'], bearer].map((key) => key?.trim() ?? '');
  return all.filter((key) => key !== '');
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const found = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1);
  return value?.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** Compares hashes in full: how long it takes says nothing about the key. */
function isServiceKey(given: string, serviceKey: ServiceKey | undefined): boolean {
  if (serviceKey?.name === undefined || serviceKey.value === undefined) return false;
  return timingSafeEqual(digest(given), digest(serviceKey.value));
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

/** 401 as the original words it. */
function refusal(isMissing: boolean, serviceKey: ServiceKey | undefined): WireError {
  const half = serviceKey !== undefined && (serviceKey.name === undefined || serviceKey.value === undefined);
  const unset = serviceKey?.name === undefined ? 'name' : 'value';
  if (half) return new WireError(401, `Server does not have API key ${unset} setup`);
  return new WireError(
    401,
    isMissing
      ? 'Client API key is missing, you need to set it on a header or cookie'
      : 'Invalid API key value',
  );
}
