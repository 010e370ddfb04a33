import { createHash } from 'node:crypto';
import {
  CONTENT_SECURITY_POLICY,
  CROSS_ORIGIN_HEADERS,
  type HttpResponse,
} from '@sgraph-backbone/layer/runtime';

export interface Asset {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Built files of the page by path (`/index.html`, `/assets/main-1A2B3C4D.js`). */
export type Assets = ReadonlyMap<string, Asset>;

/** On every answer, the API's included: an answer opened as a page can do nothing either. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  ...CROSS_ORIGIN_HEADERS,
};

/** The file at a path, `/` being `/index.html`, or `undefined`. */
export function assetResponse(assets: Assets, path: string, ifNoneMatch?: string): HttpResponse | undefined {
  const name = path === '/' ? '/index.html' : path;
  const asset = assets.get(name);
  if (asset === undefined) return undefined;
  const etag = `"${createHash('sha256').update(asset.bytes).digest('base64url').slice(0, 22)}"`;
  const headers = { 'content-type': asset.contentType, 'cache-control': cacheControl(name), etag };
  return ifNoneMatch === etag
    ? { status: 304, headers, body: '' }
    : { status: 200, headers, body: asset.bytes };
}

/** A name that holds a hash of the content never changes its content. */
function cacheControl(name: string): string {
  return /-[A-Z0-9]{8}\.\w+$/.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
