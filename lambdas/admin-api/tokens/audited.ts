import { type AuditEntry, beginAudit } from '@sgraph-backbone/layer/ledger';
import type { ApiKey } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { tokenError } from './token-errors.ts';

/** Who does something to tokens, and when (epoch ms). */
export interface Actor {
  readonly key: ApiKey | undefined;
  readonly at: number;
}

/**
 * Keeps who did what: begun before, ended after with what `outcome` says came of it, and marked where it was refused
 * or, by an outcome that is undefined, changed nothing.
 */
export async function audited<Done>(
  data: ObjectStore,
  { key, at }: Actor,
  action: `tokens.${string}`,
  detail: AuditEntry['detail'],
  run: () => Promise<Done>,
  outcome: (done: Done) => AuditEntry['detail'] | undefined = () => ({}),
): Promise<Done> {
  const audit = await beginAudit(data, { at, actor: key?.name ?? 'nobody', action, detail });
  try {
    const done = await run();
    const came = outcome(done);
    await (came === undefined ? audit.nothingDone() : audit.done(came));
    return done;
  } catch (error) {
    if (tokenError(error) !== undefined) await audit.nothingDone();
    throw error;
  }
}
