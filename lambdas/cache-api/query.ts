import { badName, invalid } from './wire-error.ts';

/** Where a listing goes on and how much of it is wanted. */
export interface Paging {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Rows of a listing that names no limit; there is more where the header `x-truncated` says so. */
export const FULL_LIST = 10_000;

/** `limit` from 1 to 10,000 and the `cursor` of the last answer. Throws 400. */
export function pagingOf(query: URLSearchParams): Required<Pick<Paging, 'limit'>> & Paging {
  const limit = query.get('limit') ?? '';
  const cursor = query.get('cursor') ?? '';
  return { limit: limit === '' ? FULL_LIST : limitOf(limit), ...(cursor === '' ? {} : { cursor }) };
}

function limitOf(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= FULL_LIST) return limit;
  throw badName('limit', text, `limit must be a whole number from 1 to ${FULL_LIST}`);
}

/** Hours until an entry expires: above 0, at most ten years; without it, as the namespace has it. Throws 400. */
export function ttlOf(query: URLSearchParams): number | undefined {
  const text = query.get('ttl_hours') ?? '';
  if (text === '') return undefined;
  const hours = /^\d{1,5}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (hours > 0 && hours <= MOST_HOURS) return hours;
  throw badName('ttl_hours', text, `ttl_hours must be above 0 and at most ${MOST_HOURS}`);
}

const MOST_HOURS = 87_600;

const TRUE = ['1', 'true', 't', 'yes', 'y', 'on'];
const FALSE = ['0', 'false', 'f', 'no', 'n', 'off'];

/** A boolean in every spelling that pydantic takes (`True`, `1`, `yes`). Throws 400. */
export function flagOf(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const text = query.get(name);
  if (text === null) return fallback;
  const given = text.toLowerCase();
  if (TRUE.includes(given)) return true;
  if (FALSE.includes(given)) return false;
  throw invalid({
    type: 'bool_parsing',
    loc: ['query', name],
    msg: 'Input should be a valid boolean, unable to interpret input',
    input: text,
  });
}
