import type { Entry } from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { isPipelineNamespace } from './access.ts';
import type { CacheApiContext } from './context.ts';
import { WireError } from './wire-error.ts';

/** The answer, or where the content can be read that no function could answer: 307 to a signed URL. */
export async function answerOrPlace(
  { larger }: CacheApiContext,
  entry: Entry,
  answer: () => HttpResponse,
): Promise<HttpResponse> {
  if (larger === undefined) return answer();
  if (entry.size <= larger.answerLimit) {
    const response = answer();
    if (Buffer.byteLength(response.body) <= larger.answerLimit) return response;
  }
  if (isPipelineNamespace(entry.namespace)) {
    const message = `this entry is larger than ${larger.answerLimit} bytes, which is the limit of an answer`;
    throw new WireError(413, message);
  }
  const type = entry.type === 'binary' ? 'application/octet-stream' : 'application/json';
  return { status: 307, headers: { location: await larger.urlOf(entry.path, type) }, body: '' };
}
