import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { beginOperation, noteOperation, readOperation } from '../../corrections/operations.ts';
import { sendCorrection } from '../../corrections/send-correction.ts';
import type { Operations } from './queued-routes.ts';

export interface QueueOperationsOptions {
  readonly data: () => Promise<ObjectStore>;
  /** URL of the queue of corrections. */
  readonly queue: string;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Operations behind the queue of corrections. */
export function queueOperations({ data, queue, now, newId }: QueueOperationsOptions): Operations {
  return {
    async begin(command, request, actor) {
      const store = await data();
      const operation_id = newId();
      const operation = await beginOperation(store, { operation_id, command, request, actor }, now());
      try {
        await sendCorrection(queue, { operation_id, part: 0 });
      } catch (error) {
        // Nobody will run it: whoever asked is told so, and asks again.
        const reason = 'it could not be sent to the queue';
        await noteOperation(store, operation_id, { state: 'failed', error: reason }, now());
        throw error;
      }
      return operation;
    },
    read: async (id) => readOperation(await data(), id),
  };
}
