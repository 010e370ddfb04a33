import { type QueueUrls, sqsMessages } from '@sgraph-backbone/layer/queues';
import { BadEnvironment, readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';

const queue = (meaning: string) =>
  z
    .string()
    .optional()
    .meta({ description: `URL of the queue ${meaning}` });

/** Queues that steps send to. A function has those that it is allowed to send to. */
export const QUEUES = {
  BACKBONE_QUEUE_CONSOLIDATE: queue('that calls consolidate'),
  BACKBONE_QUEUE_AGGREGATE_HOURS: queue('that calls aggregate for half-hours and hours'),
  BACKBONE_QUEUE_AGGREGATE_DAYS: queue('that calls aggregate for days and above'),
  BACKBONE_QUEUE_CORRECTIONS: queue('that calls corrections'),
  BACKBONE_QUEUE_INGEST: queue('that calls ingest'),
  BACKBONE_QUEUE_EVENTS: queue('that calls record-events'),
  BACKBONE_QUEUE_EVENTS_DEAD: queue('of events that could not be recorded'),
};

type Environment = Readonly<Record<string, string | undefined>>;

/** URLs of the queues that the environment names. Throws BadEnvironment. */
export function readQueues(environment: Environment): {
  readonly [name in keyof typeof QUEUES]?: string;
} {
  return readEnvironment(QUEUES, environment);
}

/**
 * How steps tell each other what to look at: through queues where the environment names any, undefined where it names
 * none. A queue that is not named is missed by the first message for it: each step sends to some of them only.
 */
export function queuedMessages(environment: Environment, now: () => number) {
  const urls = readQueues(environment);
  if (Object.values(urls).every((url) => url === undefined)) return undefined;
  const named: QueueUrls = {
    get consolidate() {
      return needed(urls, 'BACKBONE_QUEUE_CONSOLIDATE');
    },
    get hours() {
      return needed(urls, 'BACKBONE_QUEUE_AGGREGATE_HOURS');
    },
    get days() {
      return needed(urls, 'BACKBONE_QUEUE_AGGREGATE_DAYS');
    },
  };
  return sqsMessages(named, now);
}

/** The URL of a queue that a step can't do without. Throws BadEnvironment. */
export function needed(urls: ReturnType<typeof readQueues>, variable: keyof typeof QUEUES): string {
  const url = urls[variable];
  if (url === undefined) throw new BadEnvironment([{ variable, problem: 'is not set' }]);
  return url;
}
