import { KEY_BYTES, ROOT } from '@sgraph-backbone/layer/store';
import { BadName } from './errors.ts';

const NAMESPACE = /^[A-Za-z0-9_-]{1,128}$/;
const FILE_ID = /^[A-Za-z0-9_-]{1,128}$/;
const CACHE_KEY = /^[A-Za-z0-9_./\\ -]{0,1024}$/;
const FIELD_PATH = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const HASH = /^[a-f0-9]{10,96}$/;
const CACHE_ID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const ENCODING = /^[A-Za-z0-9_-]{1,32}$/;
const NAMED = 'letters, digits, "_" and "-"';

export function checkNamespace(namespace: string): void {
  check(NAMESPACE, 'namespace', namespace, `1 to 128 ${NAMED}`);
}

export function checkFileId(fileId: string, field = 'file_id'): void {
  check(FILE_ID, field, fileId, `1 to 128 ${NAMED}`);
}

/** Throws BadName for a key of other characters, too long, or with a segment `..`, which would leave its folder. */
export function checkCacheKey(cacheKey: string, field = 'cache_key'): void {
  check(CACHE_KEY, field, cacheKey, `up to 1024 ${NAMED}, ".", "/", "\\" and blanks`);
  checkSegments(cacheKey, field);
}

export function checkFieldPath(path: string): void {
  const form = `up to 256 ${NAMED} in names that "." separates`;
  check(FIELD_PATH, 'json_field_path', path.length > 256 ? '' : path, form);
}

export function checkHash(hash: string): void {
  check(HASH, 'cache_hash', hash, '10 to 96 lower-case hex digits');
}

export function checkCacheId(cacheId: string): void {
  check(CACHE_ID, 'cache_id', cacheId, 'a UUID');
}

export function checkEncoding(encoding: string): void {
  check(ENCODING, 'content_encoding', encoding, `1 to 32 ${NAMED}`);
}

export function checkSegments(path: string, field: string): void {
  if (path.split(/[/\\]/).includes('..'))
    throw new BadName(field, `A ${field} has no segment "..": ${shown(path)}`);
}

/** Answers the path of an object; throws BadName where its key would be longer than S3 takes. */
export function checkedPath(path: string, field: string): string {
  const bytes = Buffer.byteLength(ROOT) + Buffer.byteLength(path);
  if (bytes <= KEY_BYTES) return path;
  throw new BadName(
    field,
    `The key of an object has at most ${KEY_BYTES} bytes; with this ${field} it has ${bytes}: ${shown(path)}`,
  );
}

function check(form: RegExp, field: string, value: string, accepted: string): void {
  if (!form.test(value)) throw new BadName(field, `A ${field} is ${accepted}; this is ${shown(value)}`);
}

function shown(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
