import type { LoggedRequest } from './log-line.ts';
import { BASE64URL, type Random } from './random.ts';
import { weighted } from './sampler.ts';
import type { Told } from './told.ts';

/** What a request asks for, and the answer that belongs to it. Texts are as the client sent them. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly referrer: string;
  readonly status: string;
  readonly contentType: string;
  /** Whether an edge may answer it by itself. */
  readonly cacheable: boolean;
  readonly medianBytes: number;
  /** First and last byte of a partial answer. */
  readonly range?: readonly [start: number, end: number];
  /** What the application reports of it, once it is answered well. */
  readonly tells?: readonly Told[];
}

export interface Visitor {
  readonly address: string;
  readonly country: string;
  readonly agent: string;
  readonly edge: string;
  readonly version: string;
  readonly protocol: 'http' | 'https';
}

export interface Site {
  /** The distribution's id and its own name. */
  readonly distribution: string;
  readonly domain: string;
  readonly host: string;
}

const ANSWER_HEADERS = 420;
/** Viewers who were gone before the answer began. */
const LEFT = { status: '000', contentType: '', medianBytes: 0, range: undefined };
/** The edge sends plain HTTP to HTTPS by itself. */
const REDIRECT = { status: '301', contentType: 'text/html', medianBytes: 167, range: undefined };

/** The log record of a request: sizes, times, cache results and ids are drawn, 0.15 % of viewers have left. */
export function logRequest(
  random: Random,
  site: Site,
  visitor: Visitor,
  wish: Asked,
  finished: number,
): LoggedRequest {
  const asked = answered(random, visitor, wish);
  const result = edgeResult(random, visitor, asked);
  const bytes = answerBytes(random, asked);
  const firstByte = Math.round(
    result === 'Hit' ? random.logNormal(2, 0.9) : originTime(random, asked.status),
  );
  return {
    ...visitor,
    ...asked,
    finished,
    bytes,
    result,
    firstByte,
    requestBytes: random.between(60, 700),
    port: random.between(1024, 65_535),
    requestId: random.text(BASE64URL, 56),
    responseResult: result,
    detailedResult: detailedResult(asked.status, result),
    domain: site.domain,
    host: site.host,
    timeTaken: firstByte + Math.round(bytes / random.logNormal(4000, 0.8)),
    contentLength: bytes <= ANSWER_HEADERS ? -1 : bytes - ANSWER_HEADERS,
    rangeStart: asked.range?.[0] ?? -1,
    rangeEnd: asked.range?.[1] ?? -1,
  };
}

function answered(random: Random, visitor: Visitor, wish: Asked): Asked {
  if (visitor.protocol === 'http') return { ...wish, ...REDIRECT };
  return random.chance(0.0015) ? { ...wish, ...LEFT } : wish;
}

function edgeResult(random: Random, visitor: Visitor, { status, cacheable }: Asked): string {
  if (visitor.protocol === 'http') return 'Redirect';
  if (status === '000' || status >= '400') return 'Error';
  return cacheable ? drawCached(random) : 'Miss';
}

/** Shares of a genuine CloudFront hour. */
const drawCached = weighted([
  ['Hit', 0.85],
  ['Miss', 0.125],
  ['RefreshHit', 0.025],
]);

/** A site that fails takes long to say so. */
function originTime(random: Random, status: string): number {
  return status >= '500' ? random.logNormal(2500, 0.8) : random.logNormal(110, 0.7);
}

function answerBytes(random: Random, { method, status, range, medianBytes }: Asked): number {
  if (status === '000') return 0;
  if (method === 'HEAD' || status === '304' || status === '204') return ANSWER_HEADERS - random.integer(60);
  if (range) return ANSWER_HEADERS + range[1] - range[0] + 1;
  return (
    ANSWER_HEADERS + Math.max(1, Math.round(random.logNormal(medianBytes, status === '200' ? 1.4 : 0.1)))
  );
}

function detailedResult(status: string, result: string): string {
  if (status === '000') return 'ClientCommError';
  return status >= '500' ? 'OriginError' : result;
}
