/** One request as CloudFront sees it, before a log format writes it down. Texts are as the client sent them. */
export interface LoggedRequest {
  /** When the response was finished, epoch ms. */
  readonly finished: number;
  readonly edge: string;
  readonly bytes: number;
  readonly requestBytes: number;
  readonly address: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
  readonly status: string;
  /** Empty when the client sent none, as for the agent. */
  readonly referrer: string;
  readonly agent: string;
  readonly result: string;
  readonly responseResult: string;
  readonly detailedResult: string;
  readonly requestId: string;
  /** The distribution's own name (`d….cloudfront.net`) and the site's. */
  readonly domain: string;
  readonly host: string;
  /** `http` requests have no cipher. */
  readonly protocol: 'http' | 'https';
  readonly version: string;
  /** Milliseconds. */
  readonly timeTaken: number;
  readonly firstByte: number;
  readonly contentType: string;
  /** −1: not sent. */
  readonly contentLength: number;
  readonly rangeStart: number;
  readonly rangeEnd: number;
}

/** The 33 columns of standard logging since December 2019, in their order. */
export const STANDARD_FIELDS = (
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) ' +
  'cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol ' +
  'cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type ' +
  'cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte ' +
  'x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end'
).split(' ');

export const STANDARD_HEADER = `#Version: 1.0\n#Fields: ${STANDARD_FIELDS.join(' ')}\n`;

/** The line of standard logging v1, with its line feed. */
export function standardLine(request: LoggedRequest): string {
  return `${standardValues(request).join('\t')}\n`;
}

/**
 * The line of standard logging v2 as JSON: every value a string, still encoded as in the text form,
 * with the three columns that the console adds most often.
 */
export function jsonLine(request: LoggedRequest, distribution: string, country: string): string {
  const record: Record<string, string> = { DistributionId: distribution };
  const values = standardValues(request);
  for (const [index, field] of STANDARD_FIELDS.entries()) record[field] = values[index]!;
  record['timestamp(ms)'] = String(request.finished);
  record['c-country'] = country || '-';
  return `${JSON.stringify(record)}\n`;
}

/** The log layer: bytes 0–32, 127 and above, and a few signs as %XX; `+` stays. */
export function encodeLogValue(text: string): string {
  if (text === '') return '-';
  return NEEDS_ENCODING.test(text) ? text.replace(ENCODED, percentEncode) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be encoded
const NEEDS_ENCODING = /[\x00-\x20\x7f-\uffff<>"#%{}|\\^~[\]`']/;
const ENCODED = new RegExp(`${NEEDS_ENCODING.source}+`, 'g');

function percentEncode(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function standardValues(request: LoggedRequest): string[] {
  const at = new Date(request.finished).toISOString();
  const secure = request.protocol === 'https';
  return [
    at.slice(0, 10),
    at.slice(11, 19),
    request.edge,
    String(request.bytes),
    request.address,
    request.method,
    request.domain,
    encodeLogValue(request.path),
    request.status,
    encodeLogValue(request.referrer),
    encodeLogValue(request.agent),
    encodeLogValue(request.query),
    '-',
    request.result,
    request.requestId,
    request.host,
    request.protocol,
    String(request.requestBytes),
    seconds(request.timeTaken),
    '-',
    secure ? 'TLSv1.3' : '-',
    secure ? 'TLS_AES_128_GCM_SHA256' : '-',
    request.responseResult,
    request.version,
    '-',
    '-',
    String(request.port),
    seconds(request.firstByte),
    request.detailedResult,
    encodeLogValue(request.contentType),
    request.contentLength < 0 ? '-' : String(request.contentLength),
    request.rangeStart < 0 ? '-' : String(request.rangeStart),
    request.rangeEnd < 0 ? '-' : String(request.rangeEnd),
  ];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
