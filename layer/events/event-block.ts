import type { EventBlock } from '@sgraph-backbone/layer/logs';
import type { PrivateEvent } from './private-event.ts';

/** Events as columns, one row each, with dictionaries of their own. Excluded events have no place in it. */
export function eventBlock(_events: readonly PrivateEvent[]): EventBlock {
  throw new Error('not written yet');
}
