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
  const type = entry.type === 'binary' ? 'application/octet-stream' : 'application/json';
  const isOpen = !isPipelineNamespace(entry.namespace);
  const location = isOpen ? await larger.urlOf(entry.path, type) : undefined;
  if (location !== undefined) return { status: 307, headers: { location }, body: '' };
  throw new WireError(413, `this entry is larger than ${larger.answerLimit} bytes, the limit of an answer`);
}
