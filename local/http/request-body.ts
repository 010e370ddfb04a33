import type { IncomingMessage } from 'node:http';
import { BODY_LIMIT, tooLarge } from '@sgraph-backbone/layer/runtime';

/** The whole body, as long as it is within the API's limit; throws 413 as soon as it is not. */
export async function requestBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) throw tooLarge(BODY_LIMIT);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
