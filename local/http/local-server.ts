import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  errorResponse,
  HttpError,
  type HttpHandler,
  type HttpResponse,
  type HttpResult,
  type Log,
} from '@sgraph-backbone/layer/runtime';
import { errorAnswer } from '../../lambdas/cache-api/answer.ts';
import { type CacheApi, MOUNT } from '../../lambdas/cache-api/handler.ts';
import { bodyTooLarge } from '../../lambdas/cache-api/wire-error.ts';
import { type Assets, assetResponse, SECURITY_HEADERS } from './assets.ts';
import { gatewayEvent, targetOf } from './gateway-event.ts';
import { createPulseStream, type PulseStream, type PulseStreamOptions, STREAM } from './pulse-stream.ts';
import { bodyWithin, discardRest, requestBody } from './request-body.ts';
import { refuseForeign } from './same-origin.ts';

export interface LocalServerOptions {
  /** The deployed handler: everything under `/api/` goes through it. */
  readonly handler: HttpHandler;
  readonly assets: Assets;
  /** Everything under `/cache`. @default nothing is there */
  readonly cache?: MountedCache;
  /** Loopback; anything else is refused, since the key travels in clear. @default 127.0.0.1 */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Log;
  /** How the pulse is pushed. */
  readonly pulse?: Omit<PulseStreamOptions, 'handler'>;
}

/** The cache service: it takes requests as they are, in bodies of its own size. */
export interface MountedCache {
  readonly api: CacheApi;
  /** Bytes of a body. */
  readonly bodyLimit: number;
}

export interface LocalServer {
  /** `http://127.0.0.1:8787`, without a closing slash. */
  readonly url: string;
  /** Lets running requests finish for up to five seconds. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 5_000;

/** Another program listens there already. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(port: number, options: ErrorOptions) {
    super(`port ${port} is taken by another program; choose one with --port`, options);
  }
}

/** The page and the API on loopback. Throws PortTaken. */
export async function createLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.includes(host))
    throw new Error(`host ${host} is not loopback; accepted: ${LOOPBACK.join(', ')}`);
  const streams = createPulseStream({ ...options.pulse, handler: options.handler });
  const server = createServer((request, response) => {
    void respond(request, response, options, streams).then(async (answer) => {
      if (answer === undefined) return;
      await discardRest(request);
      send(request, response, answer);
    });
  });
  server.requestTimeout = 30_000;
  await listening(server, host, options.port);
  const shown = host === '::1' ? '[::1]' : host;
  return { url: `http://${shown}:${portOf(server)}`, close: () => closed(server, streams) };
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** Undefined: it has been answered, by a stream. */
async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: LocalServerOptions,
  streams: PulseStream,
): Promise<HttpResponse | undefined> {
  try {
    const { path, queryString } = targetOf(request.url ?? '/');
    if (options.cache !== undefined && (path === MOUNT || path.startsWith(`${MOUNT}/`))) {
      // Pages of any origin may call with a key; a name that was rebound to this machine may not.
      refuseForeign(request.headers, request.socket.localPort ?? 0, false);
      return await fromCache(request, path, queryString, options.cache, options.log);
    }
    const api = path === '/api' || path.startsWith('/api/');
    refuseForeign(request.headers, request.socket.localPort ?? 0, api);
    if (path === STREAM && request.method === 'GET') return await fromStream(request, response, streams);
    return api ? await fromHandler(request, options.handler) : fromAssets(request, path, options.assets);
  } catch (error) {
    if (response.headersSent) return broken(response, error, options.log);
    if (error instanceof HttpError) return errorResponse(error);
    options.log.error('request failed', { error });
    return errorResponse(
      new HttpError(500, 'internal_error', 'something went wrong here; the log has the reason'),
    );
  }
}

async function fromStream(
  request: IncomingMessage,
  response: ServerResponse,
  streams: PulseStream,
): Promise<HttpResponse | undefined> {
  const body = await requestBody(request);
  const event = gatewayEvent(request, { body, requestId: randomUUID(), now: Date.now() });
  const refused = await streams.open(response, event);
  return refused && responseOf(refused);
}

/** A stream that has begun can say no more than that it ends. */
function broken(response: ServerResponse, error: unknown, log: Log): undefined {
  log.error('a stream broke off', { error });
  response.end();
  return undefined;
}

async function fromHandler(request: IncomingMessage, handler: HttpHandler): Promise<HttpResponse> {
  const requestId = randomUUID();
  const body = await requestBody(request);
  return responseOf(
    await handler(gatewayEvent(request, { body, requestId, now: Date.now() }), { awsRequestId: requestId }),
  );
}

async function fromCache(
  request: IncomingMessage,
  path: string,
  queryString: string,
  { api, bodyLimit }: MountedCache,
  log: Log,
): Promise<HttpResponse> {
  const body = await bodyWithin(request, bodyLimit);
  if (body === undefined) return errorAnswer(bodyTooLarge(bodyLimit));
  const method = request.method ?? 'GET';
  const query = new URLSearchParams(queryString);
  // Of a header that was sent twice, Node keeps the first or joins both; none that is read here is a list.
  const headers = request.headers as Readonly<Record<string, string | undefined>>;
  return api({ method, path, query, headers, body }, { requestId: randomUUID(), log });
}

function responseOf(result: HttpResult): HttpResponse {
  const headers = Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)]);
  const body = result.body ?? '';
  return {
    status: result.statusCode ?? 200,
    headers: Object.fromEntries(headers),
    body: result.isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}

function fromAssets(request: IncomingMessage, path: string, assets: Assets): HttpResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpError(
      405,
      'method_not_allowed',
      `${request.method} is not possible here; allowed: GET, HEAD`,
      {
        headers: { allow: 'GET, HEAD' },
      },
    );
  }
  const found = assetResponse(assets, path, request.headers['if-none-match']);
  if (found === undefined) throw new HttpError(404, 'not_found', `there is no file at ${path}`);
  return found;
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpResponse): void {
  const head = request.method === 'HEAD';
  const { body } = answer;
  const length = head || answer.status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(answer.status, {
    ...answer.headers,
    ...SECURITY_HEADERS,
    ...length,
    // What is still unread by now would be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(head ? undefined : body);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new PortTaken(port, { cause }) : cause);
    });
    server.listen(port, host, resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function closed(server: Server, streams: PulseStream): Promise<void> {
  streams.close();
  return new Promise((resolve) => {
    const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(impatient);
      resolve();
    });
    server.closeIdleConnections();
  });
}
