import type { HttpRequest, HttpResponse, Log } from '@sgraph-backbone/layer/runtime';
import { type Caller, callerOf, checkRead, checkWrite } from './access.ts';
import { errorAnswer, revalidated } from './answer.ts';
import type { CacheApiContext } from './context.ts';
import { ANY_ORIGIN, preflight } from './cross-origin.ts';
import { domainError } from './domain-error.ts';
import { refuseLarger } from './larger-answers.ts';
import { safeName } from './names.ts';
import type { CacheRoute } from './route.ts';
import { createRouteTable, type Found } from './route-table.ts';
import { cacheApiRoutes } from './routes.ts';
import { bodyTooLarge, WireError } from './wire-error.ts';

/** Where the API is mounted: the base URL of a client ends with it. */
export const MOUNT = '/cache';

/** Answers a request below the mount; never throws: what goes wrong is answered in the original's form and logged. */
export type CacheApi = (request: HttpRequest, context: RequestContext) => Promise<HttpResponse>;

export interface RequestContext {
  readonly requestId: string;
  readonly log: Log;
}

/** The HTTP API of the cache service: the wire of the original, on our own store. */
export function createCacheApi(options: CacheApiContext): CacheApi {
  const lookUp = createRouteTable(cacheApiRoutes(options));
  const keyHeader = options.serviceKey?.name;
  return async (request, context) => {
    if (request.method === 'OPTIONS') return { status: 204, headers: preflight(keyHeader), body: '' };
    const response = await answer(request, context, lookUp, options).catch((error: unknown) =>
      errorAnswer(knownError(error, context)),
    );
    const seen =
      request.method === 'GET' ? revalidated(response, request.headers['if-none-match']) : response;
    return {
      ...seen,
      headers: { ...seen.headers, ...ANY_ORIGIN, ...SAFE, 'fast-api-request-id': context.requestId },
    };
  };
}

/** Answers belong to the holder of a key; what a stranger stored is never taken for a page. */
const SAFE = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };

async function answer(
  request: HttpRequest,
  context: RequestContext,
  lookUp: ReturnType<typeof createRouteTable>,
  options: CacheApiContext,
): Promise<HttpResponse> {
  const path = request.path.slice(MOUNT.length) || '/';
  const found = lookUp(request.method, path);
  const isOpen = found.kind === 'found' && found.found.route.access === 'public';
  const caller = isOpen ? NOBODY : await callerOf(request, options);
  if (found.kind === 'nothing') throw new WireError(404, 'Not Found');
  if (found.kind === 'redirect') return redirect(found.path, request);
  if (found.kind === 'wrong-method') {
    throw new WireError(405, 'Method Not Allowed', { headers: { allow: found.allowed.join(', ') } });
  }
  if (request.body.length > options.bodyLimit) throw bodyTooLarge(options.bodyLimit);
  return refuseLarger(options, await handled(found.found, request, caller, context));
}

const NOBODY: Caller = { mayRead: () => false, mayWrite: () => false };

function handled(
  { route, path }: Found,
  request: HttpRequest,
  caller: Caller,
  { requestId, log }: RequestContext,
): Promise<HttpResponse> | HttpResponse {
  const namespace = path.namespace === undefined ? '' : safeName('namespace', path.namespace);
  if (path.namespace !== undefined) checkNamespace(route, caller, namespace);
  const { query } = request;
  return route.handle({ request, path, query, namespace, caller, requestId, log });
}

function checkNamespace({ access }: CacheRoute, caller: Caller, namespace: string): void {
  if (access === 'read') checkRead(caller, namespace);
  if (access === 'write') checkWrite(caller, namespace);
}

function redirect(path: string, { query }: HttpRequest): HttpResponse {
  const search = query.size === 0 ? '' : `?${query}`;
  const location = `${MOUNT}${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}${search}`;
  return { status: 307, headers: { location }, body: '' };
}

function knownError(error: unknown, { requestId, log }: RequestContext): WireError {
  if (error instanceof WireError) return error;
  const known = domainError(error);
  if (known !== undefined) return known;
  log.error('request failed', { error });
  return new WireError(500, {
    error_type: 'INTERNAL_ERROR',
    message: 'something went wrong here, not with your request; the log has the reason',
    request_id: requestId,
  });
}
