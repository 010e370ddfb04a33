import { createHash } from 'node:crypto';
import { csvText } from './csv.ts';
import { errorBody, HttpError } from './http-error.ts';
import type { HttpRequest, HttpResponse } from './http-event.ts';
import { readIfMatch } from './if-match.ts';
import { authorise, type Keyring } from './keys.ts';
import type { Log } from './log.ts';
import { malformed } from './malformed.ts';
import type { Reply, Route } from './route.ts';
import { readBody, readQuery } from './route-input.ts';
import { createRouteMatcher } from './route-match.ts';

export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly keyring: Keyring;
  /** Turns errors of the domain into answers; what it leaves `undefined` is a 500. */
  readonly translate?: (error: unknown) => HttpError | undefined;
}

export type Router = (request: HttpRequest, context: RouterContext) => Promise<HttpResponse>;

export interface RouterContext {
  readonly requestId: string;
  readonly log: Log;
}

/** Answers requests by routes; never throws: what goes wrong is answered in one form and logged. */
export function createRouter(options: RouterOptions): Router {
  const match = createRouteMatcher(options.routes);
  return async (request, context) => {
    const started = performance.now();
    const response = await answer(request, context, match, options).catch((error: unknown) =>
      failure(error, context, options),
    );
    const milliseconds = Math.round((performance.now() - started) * 10) / 10;
    context.log.debug('answered', { method: request.method, status: response.status, milliseconds });
    return request.method === 'HEAD' ? { ...response, body: '' } : response;
  };
}

async function answer(
  request: HttpRequest,
  { log }: RouterContext,
  match: ReturnType<typeof createRouteMatcher>,
  { keyring }: RouterOptions,
): Promise<HttpResponse> {
  const { route, path } = match(request.method, request.path);
  const key = route.scope === 'public' ? undefined : await authorise(request.headers, route.scope, keyring);
  const query = readQuery(route, request.query);
  const csv = route.csv !== undefined && (route.path.endsWith('.csv') || wantsCsv(request));
  const ifMatch = readIfMatch(route, request);
  const reply = await route.handle({ path, query, body: readBody(route, request), key, ifMatch, log });
  const content = csv ? csvContent(route, reply) : jsonContent(reply.answer);
  return route.method === 'GET'
    ? revalidated(request, reply, content)
    : written({ status: route.status, ...reply }, content);
}

interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function jsonContent(answer: unknown): Content {
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(answer) };
}

function csvContent(route: Route, reply: Reply<unknown>): Content {
  const table = route.csv!(reply.answer);
  const name = table.name ?? nameOfRoute(route);
  return {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${name}.csv"`,
    },
    body: csvText(table),
  };
}

function nameOfRoute({ path }: Route): string {
  return path
    .replace(/^\/api\//, '')
    .replace(/[^\w-]+/g, '-')
    .replace(/-$/, '');
}

function wantsCsv(request: HttpRequest): boolean {
  const format = request.query.get('format');
  if (format !== null && format !== 'csv' && format !== 'json') {
    throw malformed([{ name: 'format', given: format, accepted: 'json, csv' }]);
  }
  if (format !== null) return format === 'csv';
  const accept = request.headers.accept ?? '';
  return /\btext\/csv\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);
}

/** Answers belong to the holder of a key and are checked each time; an unchanged one costs no bytes. */
function revalidated(request: HttpRequest, reply: Reply<unknown>, content: Content): HttpResponse {
  const version = reply.version === undefined ? content.body : `${reply.version} ${request.query}`;
  const etag = reply.stamp === undefined ? etagOf(version, content) : `"${reply.stamp}"`;
  const headers = {
    ...content.headers,
    ...SAFE,
    'cache-control': 'private, no-cache',
    vary: 'accept, authorization, x-api-key',
    etag,
  };
  if (!holds(request.headers['if-none-match'], etag)) {
    return { status: reply.status ?? 200, headers, body: content.body };
  }
  return { status: 304, headers, body: '' };
}

function written(reply: Reply<unknown>, content: Content): HttpResponse {
  const headers = {
    ...content.headers,
    ...SAFE,
    'cache-control': 'no-store',
    ...(reply.stamp === undefined ? {} : { etag: `"${reply.stamp}"` }),
  };
  return { status: reply.status ?? 200, headers, body: content.body };
}

const SAFE = { 'x-content-type-options': 'nosniff' };

/** Weak: equal versions mean the same, though times in the answer may differ. */
function etagOf(version: string, content: Content): string {
  const hash = createHash('sha256')
    .update(`${content.headers['content-type']} ${version}`)
    .digest('base64url');
  return `W/"${hash.slice(0, 22)}"`;
}

function holds(ifNoneMatch: string | undefined, etag: string): boolean {
  const given = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return given.includes('*') || given.includes(etag.replace(/^W\//, ''));
}

function failure(error: unknown, { requestId, log }: RouterContext, options: RouterOptions): HttpResponse {
  const known = error instanceof HttpError ? error : options.translate?.(error);
  if (known === undefined) log.error('request failed', { error });
  return errorResponse(known ?? unexpected(requestId));
}

/** The answer that an error becomes, also for servers that refuse before a route is known. */
export function errorResponse(error: HttpError): HttpResponse {
  const { body, headers } = jsonContent(errorBody(error));
  return {
    status: error.status,
    headers: { ...headers, ...SAFE, 'cache-control': 'no-store', ...error.headers },
    body,
  };
}

function unexpected(requestId: string): HttpError {
  const message = 'something went wrong here, not with your request; the log has the reason';
  return new HttpError(500, 'internal_error', message, { details: { request_id: requestId } });
}
