/**
 * The key of an object in the key-based layout that every part of Backbone and its cache clients share:
 * `<namespace>/data/key-based/<cache key>/<file id>.<extension>`.
 */
export function keyBasedPath(namespace: string, cacheKey: string, fileId: string, extension: string): string {
  return `${keyBasedFolder(namespace, cacheKey)}${fileId}.${extension}`;
}

/** The folder of a cache key, with its closing `/`, to list. An empty cache key is the whole namespace. */
export function keyBasedFolder(namespace: string, cacheKey: string): string {
  return cacheKey === '' ? `${namespace}/data/key-based/` : `${namespace}/data/key-based/${cacheKey}/`;
}
