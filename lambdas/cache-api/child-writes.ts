import { etagHeader, ifMatchOf, json } from './answer.ts';
import {
  DATA,
  entryMissing,
  FILES,
  fileMissing,
  fileOf,
  keyOf,
  named,
  placeOf,
  withChildren,
} from './child-call.ts';
import type { CacheApiContext } from './context.ts';
import { contentOf, isEmpty } from './entry-routes.ts';
import { cacheId, DATA_TYPES, type DataType } from './names.ts';
import type { CacheRoute } from './route.ts';
import { emptyContent } from './wire-error.ts';

/** Storing a file of an entry, and replacing one. */
export function childWriteRoutes(context: CacheApiContext): CacheRoute[] {
  return [
    ...DATA_TYPES.flatMap((type) => storeRoutes(type, context)),
    ...DATA_TYPES.flatMap((type) => updateRoutes(type, context)),
  ];
}

function storeRoutes(type: DataType, context: CacheApiContext): CacheRoute[] {
  return ['', ...FILES.map((file) => `/${file}`)].map((file) => ({
    method: 'POST',
    path: `${DATA}/store/${type}${file}`,
    access: 'write',
    summary: file === '' ? `Stores a ${type} file under a new id` : `Stores or replaces a ${type} file`,
    body: type,
    answer: 'ChildStored',
    handle: withChildren(context, async (call, children) => {
      const id = cacheId(call.path.cache_id!);
      const dataKey = keyOf(call);
      const dataFileId = fileOf(call) ?? context.newId();
      const content = contentOf(call, type);
      if (type === 'binary' && isEmpty(content)) throw emptyContent('data');
      const info = await children.put(call.namespace, id, { dataKey, dataFileId, content });
      if (info === undefined) throw entryMissing(call.namespace, id);
      return json(
        {
          cache_id: id,
          data_files_created: [info.path],
          data_key: dataKey,
          data_type: type,
          extension: info.extension,
          file_id: dataFileId,
          file_size: info.size,
          namespace: call.namespace,
          timestamp: context.now(),
        },
        etagHeader(info.etag),
      );
    }),
  }));
}

function updateRoutes(type: DataType, context: CacheApiContext): CacheRoute[] {
  return FILES.map((file) => ({
    method: 'POST',
    path: `${DATA}/update/${type}/${file}`,
    access: 'write',
    summary: `Replaces a ${type} file that is there`,
    body: type,
    answer: 'ChildUpdated',
    handle: withChildren(context, async (call, children) => {
      const { place, id } = placeOf(call, type);
      const content = contentOf(call, type);
      if (isEmpty(content)) throw emptyContent('data');
      const ifMatch = ifMatchOf(call.request.headers);
      const condition = ifMatch === undefined || ifMatch === '*' ? {} : { ifMatch };
      const info = await children.update(call.namespace, id, { ...place, content, ...condition });
      if (info === undefined) throw fileMissing(id, place.dataFileId);
      const answer = { ...named(call, type), file_path: info.path, file_size: info.size };
      return json({ success: true, ...answer }, etagHeader(info.etag));
    }),
  }));
}
