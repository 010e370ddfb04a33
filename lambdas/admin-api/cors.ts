import type { HttpHandler } from '@sgraph-backbone/layer/runtime';

/**
 * Lets pages of one origin call the API from a browser; those of others get no leave, and the browser keeps the
 * answer from them. Without an origin, only pages of the API's own.
 */
export function withCors(handler: HttpHandler, origin: string | undefined): HttpHandler {
  if (origin === undefined) return handler;
  return async (event, context) => {
    const isAllowed = event.headers.origin === origin;
    if (event.requestContext.http.method === 'OPTIONS')
      return {
        statusCode: 204,
        headers: isAllowed ? { ...leave(origin), ...PREFLIGHT } : { vary: 'origin' },
      };
    const answer = await handler(event, context);
    return isAllowed ? { ...answer, headers: withVary({ ...answer.headers, ...leave(origin) }) } : answer;
  };
}

function leave(origin: string) {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'etag, content-disposition',
    vary: 'origin',
  };
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, if-match, if-none-match, x-api-key',
  'access-control-max-age': '600',
};

type Headers = Record<string, string | number | boolean>;

/** What the answer depends on anyway, and the origin. */
function withVary(headers: Headers): Headers {
  return { ...headers, vary: 'accept, authorization, origin, x-api-key' };
}
