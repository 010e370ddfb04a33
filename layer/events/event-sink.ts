import type { PrivateEvent } from './private-event.ts';

/** Where events become durable: a group commit into the store on a laptop, a queue on AWS. */
export interface EventSink {
  /**
   * Resolves when the events are durable, not before. Answers the indexes of those that could not be taken now:
   * they may be sent again under the same ids, and then count once.
   */
  take(events: readonly PrivateEvent[]): Promise<readonly number[]>;
}
