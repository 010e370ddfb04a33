import { badChoice, badName } from './wire-error.ts';

export const STRATEGIES = [
  'direct',
  'temporal',
  'temporal_latest',
  'temporal_versioned',
  'key_based',
] as const;
export type StrategyName = (typeof STRATEGIES)[number];

/** Of child files; `type-safe` is known to the original and stored by none of its routes. */
export const DATA_TYPES = ['json', 'string', 'binary'] as const;
export type DataType = (typeof DATA_TYPES)[number];

const NAME_LENGTH = 128;
const PATH_LENGTH = 1_024;
const FIELD_LENGTH = 256;

/**
 * A namespace, file id or child file id: everything but `A-Za-z0-9_-` becomes `_`, as clients rely on.
 * Throws 400 above 128 characters.
 */
export function safeName(name: string, text: string): string {
  const trimmed = text.trim();
  refuseLonger(name, trimmed, NAME_LENGTH);
  return trimmed.replace(/[^A-Za-z0-9_-]/gu, '_');
}

/** The same, where nothing is the same as not given. */
export function optionalName(name: string, text: string | null): string | undefined {
  return text === null || text.trim() === '' ? undefined : safeName(name, text);
}

/**
 * A cache key, data key or path of a zip or of the store: everything but `A-Za-z0-9_-./\` and spaces becomes `_`.
 * Throws 400 above 1,024 characters, where nothing but `_` is left, and for `..` segments: those would leave the
 * namespace.
 */
export function safePath(name: string, text: string): string {
  const trimmed = text.trim();
  refuseLonger(name, trimmed, PATH_LENGTH);
  const safe = trimmed.replace(/[^A-Za-z0-9_\-./\\ ]/gu, '_');
  if (/^_*$/.test(safe)) throw badName(name, text, `${name} has no character that a path may have`);
  refuseClimbing(name, text, safe);
  return safe;
}

/** Throws 400 for `..` between slashes of either kind. */
export function refuseClimbing(name: string, text: string, safe: string): void {
  if (safe.split(/[/\\]/).some((segment) => segment.trim() === '..')) {
    throw badName(name, text, `${name} must not contain ".." segments: they lead out of the namespace`);
  }
}

/** A data key: a path whose spaces, backslashes and runs of dots are `-` and that has no empty segments. Throws 400. */
export function childPath(name: string, text: string): string {
  const segments = safePath(name, text)
    .replace(/[^A-Za-z0-9_\-./]+/g, '-')
    .replace(/\.{2,}/g, '-')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0) throw badName(name, text, `${name} has no character that a path may have`);
  return segments.join('/');
}

/** Where a field of a JSON entry is: `id`, `user.id`; nothing is the same as not given. Throws 400. */
export function fieldPath(text: string | null): string | undefined {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') return undefined;
  refuseLonger('json_field_path', trimmed, FIELD_LENGTH);
  const safe = trimmed.replace(/[^A-Za-z0-9_\-.]/gu, '_');
  if (safe.includes('..') || safe.startsWith('.') || safe.endsWith('.')) {
    throw badName('json_field_path', text, 'json_field_path has empty segments: names between single dots');
  }
  return safe;
}

/** 10 to 96 digits of a hash in lower case. Throws 400. */
export function cacheHash(text: string): string {
  if (/^[a-f0-9]{10,96}$/.test(text)) return text;
  throw badName('cache_hash', text, 'cache_hash must be 10 to 96 characters of 0-9 and a-f');
}

/** Any UUID; one in upper case is not found, since ids are compared as they are. Throws 400. */
export function cacheId(text: string): string {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return text;
  throw badName('cache_id', text, 'cache_id must be a UUID with its dashes');
}

/** Throws 400 naming the five. */
export function strategyName(text: string): StrategyName {
  const known = STRATEGIES.find((strategy) => strategy === text);
  if (known === undefined) throw badChoice('strategy', text, STRATEGIES);
  return known;
}

/** Throws 400 naming what is accepted. */
export function dataType(text: string): DataType {
  const known = DATA_TYPES.find((type) => type === text);
  if (known === undefined) throw badChoice('data_type', text, DATA_TYPES);
  return known;
}

function refuseLonger(name: string, text: string, limit: number): void {
  const length = text.length > limit ? [...text].length : text.length;
  if (length > limit) {
    throw badName(name, text, `${name} has ${length} characters; at most ${limit} are possible`);
  }
}
