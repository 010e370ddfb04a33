import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '@sgraph-backbone/layer/runtime';

/**
 * Refuses what another site's page could send here: a foreign Host (a name rebound to 127.0.0.1 reaches
 * this server, but can't name it rightly) and, for the API, a foreign origin. Throws 403.
 */
export function refuseForeign(headers: IncomingHttpHeaders, port: number, api: boolean): void {
  const hosts = namesOf(port);
  const host = headers.host?.toLowerCase() ?? '';
  if (!hosts.includes(host)) {
    throw new HttpError(
      403,
      'foreign_host',
      `this server is not "${host}"; it answers to ${hosts.join(', ')}`,
    );
  }
  if (!api) return;
  const { origin } = headers;
  if (origin !== undefined && !hosts.includes(origin.replace(/^http:\/\//, ''))) {
    throw new HttpError(403, 'foreign_origin', `pages of ${origin} may not use this server`);
  }
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    throw new HttpError(403, 'foreign_origin', 'pages of other sites may not use this server');
  }
}

function namesOf(port: number): string[] {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
}
