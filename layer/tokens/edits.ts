import { StaleEdit, WrongState } from './errors.ts';
import { type MetadataValue, statusOf, type TokenRecord } from './record.ts';

/** What of a token may be edited; what is left out stays. */
export interface TokenEdit {
  readonly usage_limit?: number;
  readonly expires_at?: number | null;
  readonly metadata?: Readonly<Record<string, MetadataValue>>;
}

/** What is done to a token as a whole. */
export const TURNS = ['revoke', 'pause', 'resume', 'reactivate'] as const;
export type Turn = (typeof TURNS)[number];

/**
 * Edits a token from the generation that was read; undefined: from whatever there is. A limit above the count makes
 * an exhausted token active, one below it an active one exhausted. Throws StaleEdit.
 */
export function edited(record: TokenRecord, edit: TokenEdit, generation: number | undefined): TokenRecord {
  if (generation !== undefined && generation !== record.generation)
    throw new StaleEdit(`the token "${record.token_name}" was edited since you read it`);
  return { ...record, ...edit, generation: record.generation + 1 };
}

/** Revokes, pauses, resumes or reactivates; what is so already stays as it is. Throws WrongState. */
export function turned(record: TokenRecord, turn: Turn, now: number): TokenRecord {
  const { token_name: name, state } = record;
  const target = { revoke: 'revoked', pause: 'paused', resume: 'active', reactivate: 'active' } as const;
  if (state === 'revoked' && (turn === 'pause' || turn === 'resume'))
    throw new WrongState(`the token "${name}" is revoked: only reactivate leads on from there`);
  if (turn === 'reactivate' && state === 'active') checkSpent(record, now);
  if (state === target[turn]) return record;
  const revoked_at = turn === 'revoke' ? now : null;
  return { ...record, state: target[turn], revoked_at, generation: record.generation + 1 };
}

function checkSpent(record: TokenRecord, now: number): void {
  const status = statusOf(record, now);
  if (status === 'exhausted')
    throw new WrongState(
      `the token "${record.token_name}" is exhausted: raise its usage_limit above ${record.usage_count}`,
    );
  if (status === 'expired')
    throw new WrongState(
      `the token "${record.token_name}" has expired: give it an expires_at that is to come`,
    );
}
