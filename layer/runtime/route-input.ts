import type * as z from 'zod';
import { HttpError } from './http-error.ts';
import type { HttpRequest } from './http-event.ts';
import { malformed, problemsOf, unknownNames, withheld } from './malformed.ts';
import type { Route } from './route.ts';
import { unknownMembers } from './unknown-members.ts';

/** Enough for any list of keys; API Gateway itself stops at 10 MB, Lambda at 6. */
export const BODY_LIMIT = 1_048_576;

/** The query as the route's schema understands it. Throws 400 for unknown, repeated and malformed parameters. */
export function readQuery(route: Route, query: URLSearchParams): unknown {
  const shape = route.query?.shape ?? {};
  const known = [...Object.keys(shape), ...(route.csv === undefined ? [] : ['format'])];
  const names = [...new Set(query.keys())];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw unknownNames(unknown, known);
  const given = Object.fromEntries(
    names
      .filter((name) => name in shape)
      .map((name) => [name, isList(shape[name]) ? query.getAll(name) : only(query, name)]),
  );
  const read = route.query?.safeParse(given);
  if (read === undefined || read.success) return read?.data ?? {};
  const meanings = Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      (schema as { description?: string }).description ?? 'text',
    ]),
  );
  throw malformed(problemsOf(read.error, given, meanings));
}

/** The body as the route's schema understands it; nothing is an empty object. Throws 400, 413, 415. */
export function readBody(route: Route, request: HttpRequest): unknown {
  if (request.body.length > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  if (route.body === undefined) return undefined;
  if (request.body.length > 0) refuseEncoded(request);
  const given = request.body.length === 0 ? {} : parsed(request, route);
  return checkMembers(route.body, given, route);
}

/**
 * What a schema makes of a body, or of a part that is checked by itself. Throws 400; a discreet one repeats nothing
 * that was sent.
 */
export function checkMembers<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  { discreet }: Pick<Route, 'discreet'> = {},
): z.output<Schema> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const unknown = read.error.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined) throw unknownMembers(unknown, schema, discreet);
  const problems = problemsOf(read.error, given);
  throw malformed(discreet ? withheld(problems) : problems, 'member');
}

/** 413, also for servers that stop reading before a route is known. */
export function tooLarge(limit: number): HttpError {
  return new HttpError(413, 'too_large', `the body is larger than ${limit} bytes`, { details: { limit } });
}

/** Whether a parameter may be repeated: its schema takes an array. */
export function isList(schema: unknown): boolean {
  const { type, innerType, in: input } = (schema as { def: Definition }).def;
  return type === 'array' || [innerType, input].some((inner) => inner !== undefined && isList(inner));
}

/** What zod says of a schema: its type, or what it is wrapped around. */
interface Definition {
  readonly type: string;
  readonly innerType?: unknown;
  readonly in?: unknown;
}

function only(query: URLSearchParams, name: string): string {
  const values = query.getAll(name);
  if (values.length === 1) return values[0]!;
  throw malformed([{ name, given: values, accepted: 'one value; it was given more than once' }]);
}

function parsed(request: HttpRequest, { readers = {}, discreet }: Route): unknown {
  const type = request.headers['content-type'] ?? 'none';
  const reader = readers[type.split(';')[0]!.trim().toLowerCase()];
  if (reader !== undefined) return reader(textOf(request));
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    const accepted = ['application/json', ...Object.keys(readers)].join(', ');
    throw new HttpError(415, 'unsupported_media_type', `content-type is ${type}; accepted: ${accepted}`);
  }
  try {
    return JSON.parse(textOf(request));
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    // The reason quotes the text.
    const reason = discreet ? '' : `: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new HttpError(400, 'invalid_json', `the body is not JSON${reason}`, discreet ? {} : { cause });
  }
}

function refuseEncoded({ headers }: HttpRequest): void {
  const coding = headers['content-encoding']?.trim() ?? '';
  if (coding === '' || coding.toLowerCase() === 'identity') return;
  const message = `content-encoding is ${coding}; bodies are taken as they are, never compressed`;
  throw new HttpError(415, 'unsupported_content_encoding', message, {
    headers: { 'accept-encoding': 'identity' },
  });
}

function textOf({ body }: HttpRequest): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new HttpError(400, 'invalid_text', 'the body is not UTF-8', { cause });
  }
}
