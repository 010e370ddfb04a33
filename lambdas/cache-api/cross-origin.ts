type Headers = Readonly<Record<string, string>>;

/**
 * Pages of every origin may call, with a key in a header: it is the key that lets them in. Without credentials, so
 * that no page borrows a cookie.
 */
export const ANY_ORIGIN: Headers = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'etag, fast-api-request-id, x-truncated, x-next-cursor, content-disposition',
};

/** What a browser asks before it calls: no key is needed for that. */
export function preflight(keyHeader: string | undefined): Headers {
  const own = keyHeader === undefined ? '' : `, ${keyHeader.toLowerCase()}`;
  return {
    ...ANY_ORIGIN,
    'access-control-max-age': '600',
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers': `accept, authorization, content-encoding, content-type, if-match, if-none-match, x-api-key, x-requested-with${own}`,
  };
}
