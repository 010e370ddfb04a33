import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAllowed, type PolicyStatement, type Wish } from './policy.ts';
import { type Asked, mayBeMissing, placeOf, wishesOf } from './wishes.ts';

/** A way to AWS, as a role has it: what its statements do not allow is refused here. */
export interface GrantingProxy {
  readonly url: string;
  /** What was refused. */
  readonly refused: Wish[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly statements: readonly PolicyStatement[];
  /** Endpoint of the S3 server. */
  readonly s3: string;
  /** ETag of what a key of S3 holds. */
  readonly etagOf: (bucket: string, key: string) => Promise<string | undefined>;
  /** Endpoint of all other services. */
  readonly services: string;
  /** Whether a resource is denied to everybody. @default none is */
  readonly isDenied?: (resource: string) => boolean;
  /** Whether S3 is too busy for this request. @default never */
  readonly isBusy?: () => boolean;
  /** Changes a message before it is sent. @default as it is */
  readonly rewrite?: (body: Buffer) => Buffer;
}

/** A proxy on loopback. Headers, and with them signatures, stay as they are. */
export async function grantingProxy(options: ProxyOptions): Promise<GrantingProxy> {
  const refused: Wish[] = [];
  const server = createServer(async (message, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const asked = {
      method: message.method!,
      url: message.url!,
      headers: message.headers,
      body: Buffer.concat(chunks),
    };
    const lost = await lostDelete(options, asked);
    if (lost === 404) return failS3(answer, 404, 'NoSuchKey');
    const wishes = wishesOf(asked);
    if (wishes.some(({ resource }) => options.isDenied?.(resource)))
      return failS3(answer, 403, 'AccessDenied');
    const denied = wishes.filter((wish) => !isAllowed(options.statements, wish));
    refused.push(...denied);
    const isS3 = asked.headers['x-amz-target'] === undefined;
    if (denied.length > 0) return isS3 ? denyS3(answer) : denyJson(answer, denied[0]!);
    if (isS3 && options.isBusy?.()) return failS3(answer, 503, 'SlowDown');
    if (lost !== undefined) return failS3(answer, lost, 'PreconditionFailed');
    forward(options, asked, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** AWS deletes one content and says when it is gone; the gateway would delete whatever is there. */
async function lostDelete(
  options: ProxyOptions,
  { method, headers, url }: Asked,
): Promise<404 | 412 | undefined> {
  const wanted = headers['if-match'];
  if (method !== 'DELETE' || wanted === undefined) return undefined;
  const { bucket, key } = placeOf(new URL(url, options.s3).pathname);
  const etag = await options.etagOf(bucket, key);
  if (etag === undefined) return 404;
  return unquoted(etag) === unquoted(wanted) ? undefined : 412;
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

function forward(options: ProxyOptions, asked: Asked, answer: ServerResponse): void {
  const isS3 = asked.headers['x-amz-target'] === undefined;
  const body = isS3 ? asked.body : (options.rewrite?.(asked.body) ?? asked.body);
  const headers = isS3 ? asked.headers : { ...asked.headers, 'content-length': String(body.length) };
  const target = new URL(asked.url, isS3 ? options.s3 : options.services);
  const forwarded = request(target, { method: asked.method, headers }, (answered) => {
    const isMissing = answered.statusCode === 404 && isS3 && /^(GET|HEAD)$/.test(asked.method);
    if (isMissing && !isAllowed(options.statements, mayBeMissing(asked))) {
      answered.resume();
      return denyS3(answer);
    }
    answer.writeHead(answered.statusCode!, answered.headers);
    answered.pipe(answer);
  });
  forwarded.on('error', () => answer.destroy());
  forwarded.end(body);
}

function denyS3(answer: ServerResponse): void {
  failS3(answer, 403, 'AccessDenied');
}

function failS3(answer: ServerResponse, status: number, code: string): void {
  answer.writeHead(status, { 'content-type': 'application/xml' });
  answer.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function denyJson(answer: ServerResponse, { action, resource }: Wish): void {
  answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  answer.end(
    JSON.stringify({ __type: 'AccessDeniedException', message: `not allowed: ${action} on ${resource}` }),
  );
}
