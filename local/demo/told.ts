import type { Action } from '@sgraph-backbone/layer/tokens';
import type { TransferEventName } from '@sgraph-backbone/layer/transfers';

/** What the application reports of a request that it answered, beside the request itself. */
export type Told =
  | { readonly transfer: string; readonly event: TransferEventName; readonly bytes?: number }
  | { readonly token: string; readonly action: Action; readonly transfer?: string };
