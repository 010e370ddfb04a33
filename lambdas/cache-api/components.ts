const text = { type: 'string' };
const count = { type: 'integer' };
const flag = { type: 'boolean' };
const maybe = { type: ['string', 'null'] };
const texts = { type: 'array', items: text };
const anything = {};

function object(properties: Readonly<Record<string, object>>) {
  return { type: 'object', properties, required: Object.keys(properties) };
}

const named = { cache_id: text, cache_hash: text, namespace: text };
const stored = { ...named, paths: object({ data: texts, by_hash: texts, by_id: texts }), size: count };
const metadata = object({
  ...named,
  cache_key: text,
  file_id: text,
  strategy: text,
  stored_at: count,
  file_type: { enum: ['json', 'binary'] },
  content_encoding: maybe,
  content_size: count,
});
const child = { cache_id: text, namespace: text, data_key: maybe, data_file_id: text, data_type: text };
const childFile = object({
  data_file_id: text,
  data_key: text,
  data_type: text,
  file_path: text,
  file_size: count,
  extension: text,
});

/** Bodies of answers, by the names that routes give them. */
export const COMPONENTS: Readonly<Record<string, object>> = {
  Refused: object({ detail: anything }),
  Stored: object(stored),
  Metadata: metadata,
  Retrieved: object({ data: anything, metadata, data_type: { enum: ['json', 'string'] } }),
  Config: object({
    exists_strategy: text,
    file_id: text,
    file_key: text,
    file_paths: texts,
    file_type: anything,
  }),
  StoredMetadata: object({ content__hash: text, content__size: count, timestamp: count, data: anything }),
  Refs: object({
    ...named,
    all_paths: anything,
    file_paths: anything,
    file_type: text,
    strategy: text,
    timestamp: count,
  }),
  AllRefs: object({ by_id: anything, details: anything }),
  HashRefs: object({
    cache_hash: text,
    cache_ids: { type: 'array', items: object({ cache_id: text, timestamp: count }) },
    latest_id: text,
    total_versions: count,
  }),
  CacheId: object(named),
  Exists: object({ exists: flag, cache_id: maybe, cache_hash: maybe, namespace: text }),
  Updated: object({
    ...named,
    paths: texts,
    size: count,
    timestamp: count,
    updated_content: flag,
    updated_hash: flag,
    updated_metadata: flag,
    updated_id_ref: flag,
  }),
  Deleted: object({
    status: text,
    cache_id: text,
    deleted_count: count,
    failed_count: count,
    deleted_paths: texts,
    failed_paths: texts,
  }),
  Versions: { type: 'object', additionalProperties: text },
  VersionList: object({
    namespace: text,
    cache_key: text,
    versions: {
      type: 'array',
      items: object({
        cache_id: text,
        strategy: text,
        file_id: text,
        stored_at: count,
        path: text,
        size: count,
      }),
    },
  }),
  Names: texts,
  Stats: object({
    namespace: text,
    ttl_hours: { type: ['number', 'null'] },
    direct_files: count,
    temporal_files: count,
    temporal_latest_files: count,
    temporal_versioned_files: count,
    key_based_files: count,
    refs_hash_files: count,
    refs_id_files: count,
    child_files: count,
    total_files: count,
  }),
  ChildStored: object({
    cache_id: text,
    data_files_created: texts,
    data_key: text,
    data_type: text,
    extension: text,
    file_id: text,
    file_size: count,
    namespace: text,
    timestamp: count,
  }),
  ChildUpdated: object({ success: flag, ...child, file_path: text, file_size: count }),
  ChildExists: object({ ...child, exists: flag }),
  ChildList: object({
    cache_id: text,
    namespace: text,
    data_key: maybe,
    file_count: count,
    files: { type: 'array', items: childFile },
    total_size: count,
  }),
  ChildDeleted: object({ status: text, message: text, ...child }),
  ChildrenDeleted: object({
    status: text,
    message: text,
    cache_id: text,
    deleted_count: count,
    data_key: maybe,
    namespace: text,
  }),
  ZipStored: object({
    ...stored,
    file_count: count,
    stored_at: count,
    error_type: maybe,
    error_message: maybe,
    success: flag,
  }),
  ZipOperation: object({
    success: flag,
    operation: { enum: ['list', 'get', 'add', 'remove'] },
    cache_id: text,
    original_cache_id: text,
    message: text,
    file_list: texts,
    file_content: text,
    file_size: count,
    files_affected: texts,
    error_details: text,
  }),
  ZipOperations: {
    type: 'object',
    properties: {
      operations: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            action: { enum: ['add', 'remove', 'replace', 'rename'] },
            path: text,
            content: text,
            new_path: text,
            condition: { enum: ['always', 'if_exists', 'if_not_exists'] },
            pattern: text,
          },
          required: ['action'],
        },
      },
      atomic: flag,
    },
    required: ['operations'],
  },
  ZipBatch: object({
    success: flag,
    cache_id: text,
    original_cache_id: text,
    operations_applied: count,
    operations_failed: count,
    operation_results: { type: 'array', items: anything },
    files_added: texts,
    files_removed: texts,
    files_modified: texts,
    new_file_count: count,
    new_size: count,
    completed_at: count,
    rollback_performed: flag,
    error_message: maybe,
  }),
  BucketName: object({ 'bucket-name': text }),
  FileExists: object({ exists: flag, path: text }),
  FileDeleted: object({ path: text, deleted: flag }),
  AllFiles: object({ timestamp: count, file_count: count, files: texts }),
  Health: object({ status: { const: 'ok' } }),
  Server: object({
    server_id: maybe,
    server_name: maybe,
    server_instance_id: text,
    server_boot_time: count,
  }),
  Status: object({ name: text, version: text, status: { const: 'operational' }, environment: text }),
  StorageInfo: object({ storage_mode: text, ttl_hours: { type: ['number', 'null'] } }),
  AuthCookie: object({ message: text, cookie_name: text, cookie_value: text }),
};
