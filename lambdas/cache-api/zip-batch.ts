import { type ZipBatch, type ZipOperation, zipEntries } from '@sgraph-backbone/layer/cache';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import { commandOf } from './body.ts';
import type { CacheSource } from './context.ts';
import { cacheId } from './names.ts';
import type { Call } from './route.ts';
import { invalid } from './wire-error.ts';

const text = z.nullable(z.string()).optional();

/** What else a body may hold (`cache_id`, `namespace`, `strategy`) is ignored, as the original does. */
const body = z.object({
  operations: z.array(
    z.object({
      action: z.string(),
      path: text,
      content: text,
      new_path: text,
      condition: z.enum(['always', 'if_exists', 'if_not_exists']).optional(),
      pattern: text,
    }),
  ),
  atomic: z.boolean().default(true),
});

/** Applies a batch to a zip; what could not be applied is told in the answer, not by its status. Throws 400. */
export async function zipBatch({ request, namespace, path }: Call, { cache }: CacheSource, now: number) {
  const id = cacheId(path.cache_id!);
  const read = body.safeParse(commandOf(request));
  if (!read.success) {
    const [issue] = read.error.issues;
    const loc = [
      'body',
      ...(issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part))),
    ];
    throw invalid({ type: 'value_error', loc, msg: issue?.message ?? 'not a batch', input: null });
  }
  const { atomic, operations } = read.data;
  const batch = await zipEntries(cache).batch(namespace, id, operations.map(operationOf), { atomic });
  return batch === undefined ? missing(id, now) : applied(batch, id, now);
}

function operationOf(given: z.infer<typeof body>['operations'][number]): ZipOperation {
  const { action, path, content, new_path, condition, pattern } = given;
  return {
    action,
    path: path ?? '',
    ...(content ? { content: Buffer.from(content) } : {}),
    ...(new_path ? { newPath: new_path } : {}),
    ...(condition === undefined ? {} : { condition }),
    ...(pattern ? { pattern } : {}),
  };
}

function applied(batch: ZipBatch, original: string, now: number) {
  const failed = batch.results.filter(({ success }) => !success);
  const isDone = batch.info !== undefined;
  const reason = failed[0] === undefined ? '' : `: ${failed[0].error}`;
  return {
    success: !batch.rolledBack,
    cache_id: batch.info?.cacheId ?? original,
    original_cache_id: original,
    operations_applied: batch.results.length - failed.length,
    operations_failed: failed.length,
    operation_results: batch.results,
    files_added: batch.added,
    files_removed: batch.removed,
    files_modified: batch.modified,
    new_file_count: isDone ? batch.members.size : 0,
    new_size: batch.info?.size ?? 0,
    completed_at: now,
    rollback_performed: batch.rolledBack,
    error_message: batch.rolledBack ? `Atomic batch failed${reason}` : '',
  };
}

function missing(id: string, now: number) {
  return {
    success: false,
    cache_id: id,
    original_cache_id: id,
    operations_applied: 0,
    operations_failed: 0,
    operation_results: [],
    files_added: [],
    files_removed: [],
    files_modified: [],
    new_file_count: 0,
    new_size: 0,
    completed_at: now,
    rollback_performed: false,
    error_message: 'Zip file not found in cache',
  };
}
