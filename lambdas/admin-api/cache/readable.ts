import { HttpError } from '@sgraph-backbone/layer/runtime';
import { NAMESPACES } from '@sgraph-backbone/layer/store';

/** Namespaces that may be looked into: none that have routes with a scope of their own, and no keys. */
export const READABLE: readonly string[] = [
  ...Object.values(NAMESPACES.cloudfront),
  ...Object.values(NAMESPACES.analytics),
  NAMESPACES.settings,
].sort();

/** Throws 404 for a path outside the readable namespaces, naming them. */
export function refuseUnreadable(path: string): void {
  if (READABLE.includes(path.split('/')[0]!)) return;
  throw new HttpError(
    404,
    'not_found',
    `there is no namespace at "${path}"; readable: ${READABLE.join(', ')}`,
    {
      details: { namespaces: READABLE },
    },
  );
}
