import { Conflict, type PutOptions } from '@sgraph-backbone/layer/store';

/** Throws Conflict unless the conditions of a write hold for what is there (`undefined`: nothing). */
export function checkConditions(
  key: string,
  etag: string | undefined,
  conditions: Pick<PutOptions, 'ifMatch' | 'ifNoneMatch'>,
): void {
  if (conditions.ifNoneMatch === '*' && etag !== undefined) throw new Conflict('exists', key);
  if (conditions.ifMatch !== undefined && conditions.ifMatch !== etag) throw new Conflict('changed', key);
}
