import type { ServerResponse } from 'node:http';
import { HttpError, type HttpEvent, type HttpHandler, type HttpResult } from '@sgraph-backbone/layer/runtime';
import { SECURITY_HEADERS } from './assets.ts';

/** Where the pulse is pushed; what it pushes is what PULSE answers, with the same key and parameters. */
export const STREAM = '/api/analytics/stream';
const PULSE = '/api/analytics/pulse';

export interface PulseStreamOptions {
  readonly handler: HttpHandler;
  /**
   * Between two looks, ms.
   * @default 2,000
   */
  readonly interval?: number;
  /**
   * Subscribers at a time: each look costs a pulse.
   * @default 16
   */
  readonly most?: number;
}

/** Pushes the pulse as server-sent events: event `pulse`, its data the answer of the pulse. */
export interface PulseStream {
  /**
   * Opens a stream. What the pulse refuses (no key, a wrong parameter) is its answer instead; with too many subscribers
   * 503 is thrown.
   */
  open(response: ServerResponse, event: HttpEvent): Promise<HttpResult | undefined>;
  /** Ends all streams. */
  close(): void;
}

const INTERVAL = 2_000;
const MOST = 16;
/** Without a change a comment goes out so often, so that neither side takes the other for gone, ms. */
const QUIET = 15_000;

/** Who does not read what is sent is let go, bytes. */
const MOST_UNSENT = 1_048_576;

export function createPulseStream({
  handler,
  interval = INTERVAL,
  most = MOST,
}: PulseStreamOptions): PulseStream {
  const subscribers = new Set<() => void>();
  return {
    async open(response, event) {
      if (subscribers.size >= most) throw tooMany(most);
      const { requestId } = event.requestContext;
      const look = async () => answered(await handler(asPulse(event), { awsRequestId: requestId }));
      const end = Promise.withResolvers<void>();
      subscribers.add(end.resolve);
      response.once('close', end.resolve);
      try {
        const first = await look();
        if (first.status !== 200) return first.result;
        response.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          // Nobody sends another request on it, and a server that stops waits for connections.
          connection: 'close',
          ...SECURITY_HEADERS,
        });
        await push(response, first.result.body ?? '', { look, interval, end: end.promise });
        response.end();
        return undefined;
      } finally {
        subscribers.delete(end.resolve);
      }
    },
    close() {
      for (const end of subscribers) end();
    },
  };
}

interface Pushing {
  readonly look: () => Promise<{ status: number; result: HttpResult & { body?: string } }>;
  readonly interval: number;
  readonly end: Promise<void>;
}

/** Until the other side goes, the server stops, or the key opens no longer. */
async function push(
  response: ServerResponse,
  first: string,
  { look, interval, end }: Pushing,
): Promise<void> {
  let shown = withoutTime(first);
  let quiet = 0;
  response.write(eventText(first));
  while (!(await ended(end, interval))) {
    const { status, result } = await look();
    if (status !== 200 || response.writableLength > MOST_UNSENT) return;
    const body = result.body ?? '';
    quiet += interval;
    if (withoutTime(body) !== shown) {
      shown = withoutTime(body);
      quiet = 0;
      response.write(eventText(body));
    } else if (quiet >= QUIET) {
      quiet = 0;
      response.write(': still here\n\n');
    }
  }
}

function asPulse(event: HttpEvent): HttpEvent {
  const http = { ...event.requestContext.http, path: PULSE };
  // Whether it changed is seen by what it says.
  const { 'if-none-match': _, ...headers } = event.headers;
  return { ...event, rawPath: PULSE, headers, requestContext: { ...event.requestContext, http } };
}

function answered(result: HttpResult) {
  const body = result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64').toString() : result.body;
  return { status: result.statusCode ?? 200, result: { ...result, isBase64Encoded: false, body } };
}

/** A pulse whose numbers are the same is the same, whenever it was computed. */
function withoutTime(body: string): string {
  const { computed_at: _, window_start: __, ...pulse } = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify(pulse);
}

function eventText(body: string): string {
  return `event: pulse\ndata: ${body}\n\n`;
}

async function ended(end: Promise<void>, interval: number): Promise<boolean> {
  const waited = Promise.withResolvers<false>();
  const timer = setTimeout(() => waited.resolve(false), interval);
  try {
    return await Promise.race([end.then(() => true), waited.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tooMany(most: number): HttpError {
  return new HttpError(
    503,
    'busy',
    `${most} subscribers are served at a time; GET ${PULSE} answers everybody`,
    {
      headers: { 'retry-after': '10' },
    },
  );
}
