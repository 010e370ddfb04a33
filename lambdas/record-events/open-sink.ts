import type { EventSink } from '@sgraph-backbone/layer/events';
import { batchesTo } from '@sgraph-backbone/layer/queues';
import { processLevel, processLog } from '@sgraph-backbone/layer/runtime';
import type { OpenedPipeline } from '../environment/open-pipeline.ts';
import { needed, type readQueues } from '../environment/queues.ts';
import { queueSink } from './queue-sink.ts';
import { recordEvents } from './record-events.ts';

/** Where a function makes events durable: in their queue, or, without queues, in the store at once. */
export function openSink(
  open: () => Promise<OpenedPipeline>,
  queues: ReturnType<typeof readQueues>,
): EventSink {
  const log = processLog(processLevel());
  const failed = (error: unknown) => log.warn('the queue of events did not take a message', { error });
  return {
    async take(events) {
      const { pipeline, options, isQueued } = await open();
      if (isQueued) return queueSink(batchesTo(needed(queues, 'BACKBONE_QUEUE_EVENTS')), failed).take(events);
      await recordEvents({ pipeline, ...options, marked: true }, events);
      return [];
    },
  };
}
