import { BadStoreInput, checkKey, ROOT } from '@sgraph-backbone/layer/store';

/** A bucket and the prefix, empty or ending in `/`, below which everything lies. */
export interface BucketPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** Where the two halves of a store lie. */
export interface S3Places {
  readonly data: BucketPlace;
  readonly observability: BucketPlace;
}

/** The form of a store URL that opens S3. */
export const S3_FORM =
  's3://<bucket>[/<prefix>][?observability=<bucket>[/<prefix>]][&root=<folder>] (a bucket is 3 to 63 of a-z 0-9 . -)';

/**
 * Reads `s3://…`. Without `observability` that half lies below `observability/` of the same place; `root` is the
 * folder of the data keys, `cache` by default. Throws BadStoreInput, naming the accepted form.
 */
export function s3Places(url: string): S3Places {
  const [, place = '', query = ''] = /^s3:\/\/([^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  const { bucket, prefix } = bucketPlace(place, url);
  const { observability, root = ROOT.slice(0, -1) } = parametersOf(query, url);
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(root) || /^\.+$/.test(root)) throw notAStore(url, `root is "${root}"`);
  return {
    data: { bucket, prefix: `${prefix}${root}/` },
    observability:
      observability === undefined
        ? { bucket, prefix: `${prefix}observability/` }
        : bucketPlace(observability, url),
  };
}

/** Reads `<bucket>[/<prefix>]`; `given` is what the message quotes. Throws BadStoreInput. */
export function bucketPlace(place: string, given: string): BucketPlace {
  const cut = place.indexOf('/');
  const bucket = cut < 0 ? place : place.slice(0, cut);
  const below = cut < 0 ? '' : place.slice(cut + 1).replace(/\/+$/, '');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw notAStore(given, `bucket is "${bucket}"`);
  if (below.startsWith('/')) throw notAStore(given, 'the prefix begins with "/"');
  if (below !== '') checkKey(below);
  return { bucket, prefix: below === '' ? '' : `${below}/` };
}

function parametersOf(
  query: string,
  url: string,
): { readonly observability?: string; readonly root?: string } {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (name !== 'observability' && name !== 'root') throw notAStore(url, `"${name}" is no parameter of it`);
    if (parameters.getAll(name).length > 1) throw notAStore(url, `${name} is given twice`);
  }
  return Object.fromEntries(parameters);
}

function notAStore(url: string, reason: string): BadStoreInput {
  return new BadStoreInput(`Not a store on S3: ${JSON.stringify(url)}: ${reason}. Accepted: ${S3_FORM}`);
}
