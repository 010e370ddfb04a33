import type { ApiKey } from '@sgraph-backbone/layer/runtime';
import { isExpired, isRetired, type KeyDocument, type StoredKey } from './key-document.ts';
import { prefixOf } from './key-text.ts';

/** A key as it is shown: all but its text and its hash. */
export interface ShownKey {
  readonly id: string;
  readonly name: string;
  /** What its text begins with; null for a key that came with the deployment. */
  readonly prefix: string | null;
  readonly scopes: string[];
  /** `ending`: it opens until `ends_at`, or until what replaces it has been used. */
  readonly state: 'active' | 'expired' | 'ending' | 'removed';
  /** RFC 3339, as all instants here; null: not known. */
  readonly created_at: string | null;
  readonly created_by: string | null;
  readonly expires_at: string | null;
  /** Day (UTC). */
  readonly last_used: string | null;
  readonly rotated_at: string | null;
  /** Until when keys open that this one has replaced. */
  readonly replaced_until: string[];
  readonly ends_at: string | null;
}

export function shownKey(key: StoredKey, now: number): ShownKey {
  return {
    id: key.id,
    name: key.name,
    prefix: prefixOf(key.id),
    scopes: [...key.scopes],
    state: isExpired(key, now) ? 'expired' : 'active',
    created_at: instant(key.created_at),
    created_by: key.created_by,
    expires_at: instant(key.expires_at),
    last_used: key.last_used,
    rotated_at: instant(key.rotated_at),
    replaced_until: key.previous.filter(({ until }) => until > now).map(({ until }) => instant(until)!),
    ends_at: null,
  };
}

/** The key that came with the machine or the deployment. */
export function shownBootstrap(document: KeyDocument, key: ApiKey, now: number): ShownKey {
  const end = document.retired.find(({ hash }) => hash === key.hash);
  return {
    id: 'bootstrap',
    name: key.name,
    prefix: null,
    scopes: [...key.scopes],
    state: end === undefined ? 'active' : isRetired(document, key, now) ? 'removed' : 'ending',
    created_at: null,
    created_by: null,
    expires_at: null,
    last_used: null,
    rotated_at: null,
    replaced_until: [],
    ends_at: end === undefined ? null : instant(end.from)!,
  };
}

function instant(ms: number): string;
function instant(ms: number | null): string | null;
function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
