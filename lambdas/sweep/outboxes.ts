import type { EventSink } from '@sgraph-backbone/layer/events';
import type { Pipeline } from '@sgraph-backbone/layer/ledger';
import { emitPending as emitTokens } from '@sgraph-backbone/layer/tokens';
import { emitPending as emitTransfers, expireActivity } from '@sgraph-backbone/layer/transfers';

/** What the records of tokens and transfers had still to tell. */
export interface Told {
  /** Transfers that were looked at, and events of tokens that were taken. */
  readonly told: number;
}

/**
 * Tells the stream of events what killed requests have left in records, finishes erasures, and removes marks of
 * activity that no question reaches any more.
 */
export async function emptyOutboxes(
  { data, now, newId }: Pick<Pipeline, 'data' | 'now' | 'newId'>,
  sink: EventSink,
  isEnough?: () => boolean,
): Promise<Told> {
  const { events } = await emitTokens(data, sink, now());
  const { transfers } = await emitTransfers({ data, now, newId, sink }, isEnough);
  await expireActivity(data, now());
  return { told: events + transfers };
}
