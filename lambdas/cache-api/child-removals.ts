import { json } from './answer.ts';
import { DATA, FILES, fileMissing, keyOf, named, placeOf, withChildren } from './child-call.ts';
import type { CacheApiContext } from './context.ts';
import { cacheId, dataType } from './names.ts';
import type { CacheRoute } from './route.ts';

/** Deleting files of an entry; `all` comes before a file of that name. */
export function childRemovalRoutes(context: CacheApiContext): CacheRoute[] {
  return [...deleteAllRoutes(context), ...deleteRoutes(context)];
}

function deleteRoutes(context: CacheApiContext): CacheRoute[] {
  return FILES.map((file) => ({
    method: 'DELETE',
    path: `${DATA}/delete/{data_type}/${file}`,
    access: 'write',
    summary: 'Deletes a file',
    answer: 'ChildDeleted',
    handle: withChildren(context, async (call, children) => {
      const type = dataType(call.path.data_type!);
      const { place, id } = placeOf(call, type);
      if (!(await children.remove(call.namespace, id, place))) throw fileMissing(id, place.dataFileId);
      const message = 'Data file deleted successfully';
      return json({ status: 'success', message, ...named(call, type), data_key: place.dataKey || null });
    }),
  }));
}

function deleteAllRoutes(context: CacheApiContext): CacheRoute[] {
  return [`${DATA}/delete/all`, `${DATA}/delete/all/{data_key+}`].map((path) => ({
    method: 'DELETE',
    path,
    access: 'write',
    summary: 'Deletes all files, or those below a key: of `k`, never those of `k2`',
    answer: 'ChildrenDeleted',
    handle: withChildren(context, async (call, children) => {
      const id = cacheId(call.path.cache_id!);
      const dataKey = keyOf(call);
      const removed = await children.removeAll(call.namespace, id, dataKey || undefined);
      const count = removed.length;
      return json({
        status: 'success',
        message: count === 0 ? 'No data files to delete' : `Deleted ${count} data files`,
        cache_id: id,
        deleted_count: count,
        ...(count === 0 ? {} : { deleted_files: removed }),
        data_key: dataKey || null,
        namespace: call.namespace,
      });
    }),
  }));
}
