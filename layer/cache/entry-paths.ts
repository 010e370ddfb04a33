import { locationOf, millisecondsOf, newestFirst, type Order } from './cache-id.ts';
import type { Place, Strategy } from './entry.ts';
import { checkedPath } from './names.ts';
import { keyBasedPath } from './paths.ts';

/** What a path is made of, beside the place. */
export interface PathFacts {
  readonly cacheId: string;
  readonly order: Order;
  readonly extension: 'json' | 'bin';
  readonly expiresAt?: number;
}

interface Born {
  readonly cacheId: string;
  readonly order: Order;
  readonly born?: Order;
}

/** What the name of a version tells. */
export interface VersionName {
  readonly order: Order;
  readonly strategy: 'temporal_latest' | 'temporal_versioned';
  readonly fileId: string;
  readonly cacheId: string;
  readonly expiresAt?: number;
}

/** Letters that stand for strategies in names. */
export const STRATEGY_LETTERS: Readonly<Record<Strategy, string>> = {
  direct: 'd',
  temporal: 't',
  temporal_latest: 'l',
  temporal_versioned: 'v',
  key_based: 'k',
};

/** The key of an entry's object. Throws BadName beyond 1,024 bytes. */
export function entryPath(place: Place, facts: PathFacts): string {
  return checkedPath(pathOf(place, facts), 'cache_key');
}

/** The key of the entry that an id leads to by itself. */
export function locatedPath(namespace: string, cacheId: string): string | undefined {
  const location = locationOf(cacheId);
  return location && pathOf({ namespace, strategy: location.strategy }, { ...location, cacheId });
}

/** The key of the reference that leads from an id to its entry. */
export function idReferencePath(namespace: string, cacheId: string): string {
  return `${idReferenceFolder(namespace)}${cacheId}.json`;
}

export function idReferenceFolder(namespace: string): string {
  return `${namespace}/refs/by-id/`;
}

/** Folder of the child data of an entry, under its id, so that no key of another entry can meet them. */
export function childFolder(namespace: string, { cacheId, born, order }: Born): string {
  return `${childrenFolder(namespace, cacheId)}${born ?? order}/`;
}

/** Folder of the child data of all entries, or of all that an id has been. */
export function childrenFolder(namespace: string, cacheId = ''): string {
  return `${namespace}/data/children/${cacheId && `${cacheId}/`}`;
}

/** Folder of the versions of a cache key; those of longer keys lie in folders of it. */
export function versionFolder(namespace: string, cacheKey: string): string {
  return `${namespace}/data/versions/${folderOf(cacheKey)}`;
}

export function parseVersionName(name: string): VersionName | undefined {
  const [inverse = '', letter = '', fileId = '', cacheId = '', expires = ''] = name.split('.');
  const strategy = letter === 'l' ? 'temporal_latest' : letter === 'v' ? 'temporal_versioned' : undefined;
  if (strategy === undefined || cacheId === '') return undefined;
  const expiresAt = expires.startsWith('x') ? Number.parseInt(expires.slice(1), 16) : undefined;
  return { order: newestFirst(inverse), strategy, fileId, cacheId, ...(expiresAt && { expiresAt }) };
}

/** Time of expiry as a part of a name; empty for never. */
export function expiryPart(expiresAt: number | undefined): string {
  return expiresAt === undefined ? '' : `.x${expiresAt.toString(16)}`;
}

/** A closing `/` of the key is lost where a name joins it. */
export function folderOf(cacheKey: string): string {
  const trimmed = cacheKey.replace(/\/+$/, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

function pathOf({ namespace, strategy, cacheKey = '', fileId }: Place, facts: PathFacts): string {
  const { cacheId, order, extension, expiresAt } = facts;
  const name = fileId ?? cacheId;
  if (strategy === 'direct') return `${namespace}/data/direct/${shardOf(name)}${name}.${extension}`;
  if (strategy === 'temporal') return `${namespace}/data/temporal/${hourOf(order)}/${name}.${extension}`;
  if (strategy === 'key_based')
    return keyBasedPath(namespace, folderOf(cacheKey).slice(0, -1), name, extension);
  const [inverse, letter] = [newestFirst(order), STRATEGY_LETTERS[strategy]];
  const version = `${inverse}.${letter}.${name}.${cacheId}${expiryPart(expiresAt)}.${extension}`;
  return versionFolder(namespace, cacheKey) + version;
}

/** Two levels of the last characters: those of ids are random there. */
function shardOf(name: string): string {
  const [first, second] = [name.slice(-2), name.slice(-4, -2)];
  return second === '' ? `${first}/` : `${first}/${second}/`;
}

/** `2026/02/16/14`, UTC. */
function hourOf(order: Order): string {
  return new Date(millisecondsOf(order)).toISOString().slice(0, 13).replace('T', '/').replaceAll('-', '/');
}
