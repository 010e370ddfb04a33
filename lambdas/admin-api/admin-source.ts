import type { CollectorRun } from '@sgraph-backbone/layer/costs';
import type { EventNormaliser, EventSink } from '@sgraph-backbone/layer/events';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Steps } from './steps.ts';

/** What the API answers from at this moment. */
export interface AdminSource {
  /** The data half of the store; the other half holds secrets and is out of reach. */
  readonly data: ObjectStore;
  readonly steps: Steps;
  /** Where the site's settings are: while the demo is shown, they are those of the real store. @default data */
  readonly settings?: ObjectStore;
  /** `demo` while no real log has arrived; answered by `health`, so that the page can say so. */
  readonly store: 'demo' | 'real';
  /** Makes the events of applications durable; of the real store, also while the demo is shown. */
  readonly events: EventSink;
  /** Makes posted events private under the settings of this moment. */
  readonly normaliser: () => Promise<EventNormaliser>;
}

export interface AdminContext {
  /** Asked once per request: the first real log switches from the demo to the real store. */
  readonly source: () => AdminSource | Promise<AdminSource>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Of the program. */
  readonly version: string;
  /** Nothing goes on once a request has been answered (Lambda): what it began is waited for. @default false */
  readonly isFrozen?: boolean;
  /** Asks AWS for the costs of some UTC days (`to` exclusive). Throws CollectionFailed. @default nothing here can */
  readonly collectCosts?: (range: { readonly from?: string; readonly to?: string }) => Promise<CollectorRun>;
}
