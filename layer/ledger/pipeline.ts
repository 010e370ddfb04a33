import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Delivery } from './markers.ts';
import type { Messages } from './messages.ts';
import type { Run, Step } from './runs.ts';
import type { Randomness } from './secrets.ts';

/** What every step works with: the two halves of a store, a clock, fresh ids and a way to say "look at this". */
export interface Pipeline {
  readonly data: ObjectStore;
  readonly observability: ObjectStore;
  readonly messages: Messages;
  /** Epoch ms. */
  readonly now: () => number;
  /** Unique in the store, and unguessable. */
  readonly newId: () => string;
  readonly randomness: Randomness;
  /** Raw batches expire this long after they were written, ms (BACKBONE_RAW_RETENTION_DAYS). */
  readonly rawRetention: number;
  /** Objects, windows, and roll-ups of one level, that are worked on at a time. @default 1 */
  readonly abreast?: number;
  /** Where runs of steps are noted. @default the store, where `status` reads them */
  readonly noteRun?: (step: Step, run: Run) => void;
  /** Whether a delivery is noted in its feed's coverage only when its marker is finished. @default at once */
  readonly isNotedLater?: (delivery: Delivery) => boolean;
}
