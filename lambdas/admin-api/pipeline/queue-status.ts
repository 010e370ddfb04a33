import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { waitingIn } from '@sgraph-backbone/layer/queues';
import { needed, type readQueues } from '../../environment/queues.ts';
import type { Steps } from '../steps.ts';
import { feedsOf, UNMEASURED } from './status.ts';

type StatusAnswer = Awaited<ReturnType<Steps['status']>>;

/** What the queues know. Runs are lines in the logs there, so that what was done is not measured here: null. */
export async function queueStatus(
  pipeline: SitePipeline,
  queues: ReturnType<typeof readQueues>,
): Promise<StatusAnswer> {
  const waiting = (name: Parameters<typeof needed>[1]) => waitingIn(needed(queues, name));
  const [ingest, events, consolidate, hours, days] = await Promise.all([
    waiting('BACKBONE_QUEUE_INGEST'),
    waiting('BACKBONE_QUEUE_EVENTS'),
    waiting('BACKBONE_QUEUE_CONSOLIDATE'),
    waiting('BACKBONE_QUEUE_AGGREGATE_HOURS'),
    waiting('BACKBONE_QUEUE_AGGREGATE_DAYS'),
  ]);
  return {
    steps: {
      ingest: { ...UNMEASURED, waiting: ingest },
      'record-events': { ...UNMEASURED, waiting: events },
      consolidate: { ...UNMEASURED, waiting: consolidate },
      aggregate: { ...UNMEASURED, waiting: hours + days },
      archive: UNMEASURED,
      sweep: UNMEASURED,
    },
    feeds: await feedsOf(pipeline),
  };
}
